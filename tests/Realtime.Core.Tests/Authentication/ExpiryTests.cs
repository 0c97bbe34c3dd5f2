using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Authentication;

public sealed class ExpiryTests
{
    [Fact]
    public async Task A_socket_whose_ticket_ends_is_told_has_its_grace_and_is_disconnected_alone()
    {
        var reasons = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddAuthenticator<TokenAuthenticator>()
            .AddNamespace("/other")
            .AddNamespace("/", space => space.OnDisconnected((_, reason) =>
            {
                reasons.Add(reason.Text);
                return default;
            })));
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        await TestServer.JoinAsync(client, "/other", TokenAuthenticator.Auth("ann"));
        ConnectionHeartbeatTests.AnswerPings(client);

        server.Time.Pass(59.9);
        Assert.DoesNotContain(client.Lines, static line => line.Contains("$rt:auth", StringComparison.Ordinal));
        server.Time.Pass(0.2);
        await Patience.UntilAsync(() => client.Lines.Any(static line => line.StartsWith("42[\"$rt:auth\",{\"state\":\"expiring\",\"graceMs\":", StringComparison.Ordinal)));
        Assert.Equal(1, server.Server.Of("/").SocketCount);

        server.Time.Pass(29.7);
        Assert.Equal(1, server.Server.Of("/").SocketCount);
        server.Time.Pass(0.4);
        await Patience.UntilAsync(() => reasons.Count > 0);
        Assert.Equal(["token expired"], reasons);
        Assert.Equal(["42[\"$rt:auth\",{\"state\":\"expired\"}]", "41"], client.Lines[^2..]);
        Assert.True(client.Connection.IsOpen);
        Assert.Equal(1, server.Server.Of("/other").SocketCount);
    }

    [Fact]
    public async Task Without_grace_the_end_of_the_ticket_is_the_end()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { }, options => options.Authentication.ExpiryGrace = TimeSpan.Zero);
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=10"));
        server.Time.Pass(10.1);
        await Patience.UntilAsync(() => client.Lines.Contains("41"));
        Assert.Equal(["42[\"$rt:auth\",{\"state\":\"expired\"}]", "41"], client.Lines);
    }

    [Fact]
    public async Task Who_shall_not_see_events_of_the_library_is_disconnected_all_the_same()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { }, options => options.Authentication.SendEvents = false);
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=10"));
        ConnectionHeartbeatTests.AnswerPings(client);
        server.Time.Pass(40);
        await Patience.UntilAsync(() =>
        {
            server.Time.Pass(0.05); // the deadline of the grace period is set on another thread, in relation to the time there
            return client.Lines.Contains("41");
        });
        Assert.DoesNotContain(client.Lines, static line => line.Contains("$rt:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_a_socket_whose_ticket_ends_has_a_deadline_and_it_goes_with_the_socket()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { });
        TestClient client = server.Connect();
        int before = server.Server.Engine.Wheel.Count;
        foreach ((string token, int deadlines) in ((string, int)[])[("", 0), ("ann", 0), ("ann exp=60", 1)])
        {
            await TestServer.JoinAsync(client, auth: token.Length == 0 ? "" : TokenAuthenticator.Auth(token));
            Assert.Equal(before + deadlines, server.Server.Engine.Wheel.Count);
            Assert.Equal(token.Length > 0, Assert.Single(server.Server.Of("/").Sockets).Ticket is not null);
            client.Send("41");
            Assert.Equal(before, server.Server.Engine.Wheel.Count);
        }
    }

    [Fact]
    public async Task A_refused_client_leaves_no_deadline()
    {
        await using TestServer server = AuthenticationTests.Start(space => space.Use(static (context, _) =>
        {
            context.Refuse("no");
            return default;
        }));
        TestClient client = server.Connect();
        int before = server.Server.Engine.Wheel.Count;
        client.Send("40" + TokenAuthenticator.Auth("ann exp=60"));
        Assert.Equal(["44{\"message\":\"no\"}"], client.Lines);
        Assert.Equal(before, server.Server.Engine.Wheel.Count);
    }
}
