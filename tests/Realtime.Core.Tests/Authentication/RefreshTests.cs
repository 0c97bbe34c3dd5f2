using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Authentication;

public sealed class RefreshTests
{
    [Fact]
    public async Task A_new_token_takes_the_place_of_the_old_one()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { });
        (TestClient client, string id) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        ConnectionHeartbeatTests.AnswerPings(client);
        int deadlines = server.Server.Engine.Wheel.Count;
        client.Send(Refresh(3, "ann exp=120 role=new"));

        Assert.Equal(["433[{\"state\":\"active\",\"expiresInMs\":120000}]"], client.Take());
        Assert.True(server.Server.Of("/").FindSocket(id)!.User.IsInRole("new"));
        Assert.Equal(deadlines, server.Server.Engine.Wheel.Count);
        server.Time.Pass(119.9);
        Assert.DoesNotContain(client.Lines, static line => line.Contains("$rt:auth", StringComparison.Ordinal));
        server.Time.Pass(0.2);
        await Patience.UntilAsync(() => client.Lines.Any(static line => line.Contains("expiring", StringComparison.Ordinal)));

        // In the grace period as well, to a token without an end.
        client.Take();
        client.Send(Refresh(4, "ann"));
        Assert.Equal(["434[{\"state\":\"active\"}]"], client.Take());
        Assert.Equal(deadlines - 1, server.Server.Engine.Wheel.Count);
        server.Time.Pass(100);
        Assert.Equal(1, server.Server.Of("/").SocketCount);
    }

    [Fact]
    public async Task It_never_waits_for_a_handler()
    {
        var never = new TaskCompletionSource();
        await using TestServer server = AuthenticationTests.Start(space => space.On("stuck", async _ => await never.Task));
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        client.Send("42[\"stuck\"]", "421[\"stuck\"]", Refresh(3, "ann exp=120"));
        Assert.Equal(["433[{\"state\":\"active\",\"expiresInMs\":120000}]"], client.Take());
        never.SetResult();
    }

    [Theory]
    [InlineData("{\"token\":\"bob exp=120\"}", "wrong_subject")]
    [InlineData("{\"token\":\" exp=120\"}", "wrong_subject")]
    [InlineData("{\"token\":\"bad\"}", "token_invalid")]
    [InlineData("{\"token\":\"ann exp=-1\"}", "token_expired")]
    [InlineData("{}", "token_missing")]
    [InlineData("null", "token_missing")]
    [InlineData("7,8", "token_missing")]
    public async Task A_failure_leaves_the_old_token_until_it_ends(string arguments, string code)
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { }, options => options.Authentication.ExpiryGrace = TimeSpan.Zero);
        (TestClient client, string id) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=10 role=old"));
        client.Send($"423[\"$rt:auth\",{arguments}]");

        Assert.Equal([$"433[{{\"error\":{{\"code\":\"{code}\",\"message\":\"The ticket was not refreshed.\"}}}}]"], client.Take());
        Assert.True(server.Server.Of("/").FindSocket(id)!.User.IsInRole("old"));
        server.Time.Pass(9.9);
        Assert.Equal(1, server.Server.Of("/").SocketCount);
        server.Time.Pass(0.2);
        await Patience.UntilAsync(() => client.Lines.Contains("41"));
    }

    [Fact]
    public async Task Without_an_acknowledgement_the_answer_is_an_event()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { });
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        client.Send("42[\"$rt:auth\"]");
        server.Time.Pass(1);
        client.Send("42[\"$rt:auth\",{\"token\":\"ann exp=60\"}]");
        Assert.Equal(
            ["42[\"$rt:auth\",{\"error\":{\"code\":\"token_missing\",\"message\":\"The ticket was not refreshed.\"}}]", "42[\"$rt:auth\",{\"state\":\"active\",\"expiresInMs\":60000}]"],
            client.Take());
    }

    [Fact]
    public async Task Attempts_are_spaced()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { });
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        client.Send(Refresh(1, "bad"));
        server.Time.Pass(0.4);
        client.Send(Refresh(2, "ann exp=90"));
        server.Time.Pass(0.6);
        client.Send(Refresh(3, "ann exp=90"));

        Assert.Contains("\"token_invalid\"", client.Lines[0], StringComparison.Ordinal);
        Assert.Equal("432[{\"error\":{\"code\":\"refresh_too_soon\",\"message\":\"The ticket was not refreshed.\",\"retryAfter\":600}}]", client.Lines[1]);
        Assert.Equal("433[{\"state\":\"active\",\"expiresInMs\":90000}]", client.Lines[2]);
    }

    [Fact]
    public async Task One_attempt_at_a_time_is_checked()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<AuthenticationResult>();
        await using TestServer server = TestServer.Start(
            builder => builder.AddAuthenticator<TokenAuthenticator>().AddAuthenticator(_ => new Waiting(() =>
            {
                asked++;
                return answer.Task;
            })).AddNamespace("/"),
            options => options.Authentication.MinRefreshInterval = TimeSpan.Zero);
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        client.Send("421[\"$rt:auth\",{}]", "422[\"$rt:auth\",{}]");

        Assert.Equal(1, asked);
        Assert.Contains("\"refresh_too_soon\"", Assert.Single(client.Take()), StringComparison.Ordinal);
        answer.SetResult(AuthenticationResult.Refuse("mine"));
        await Patience.UntilAsync(() => client.Lines.Length > 0);
        Assert.StartsWith("431[{\"error\":{\"code\":\"mine\"", Assert.Single(client.Take()), StringComparison.Ordinal);
        await Patience.UntilAsync(() =>
        {
            client.Send("423[\"$rt:auth\",{}]"); // the attempt ends behind its answer
            return asked == 2;
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_came_without_a_ticket_has_none_to_refresh(bool authenticator)
    {
        await using TestServer server = authenticator ? AuthenticationTests.Start(static _ => { }) : TestServer.Start(static builder => builder.AddNamespace("/"));
        (TestClient client, string id) = await server.JoinAsync();
        client.Send(Refresh(1, "ann"));
        Assert.StartsWith("431[{\"error\":{\"code\":\"not_refreshable\"", Assert.Single(client.Lines), StringComparison.Ordinal);
        Assert.Null(server.Server.Of("/").FindSocket(id)!.UserId);
    }

    [Fact]
    public async Task Rooms_that_are_lost_are_left_and_the_others_stay()
    {
        await using TestServer server = AuthenticationTests.Start(space => space
            .AuthorizeRooms("staff:*", static request => new ValueTask<bool>(request.User.IsInRole("staff")))
            .OnConnected(static socket => socket.JoinAsync("staff:1", "staff:2", "lobby")));
        (TestClient client, string id) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60 role=staff"));
        RealtimeSocket socket = server.Server.Of("/").FindSocket(id)!;
        client.Send(Refresh(1, "ann exp=60 role=staff"));
        Assert.Equal([id, "$user:ann", "lobby", "staff:1", "staff:2"], [id, .. socket.Rooms.Skip(1).Order(StringComparer.Ordinal)]);

        server.Time.Pass(1);
        client.Take();
        client.Send(Refresh(2, "ann exp=60"));
        Assert.StartsWith("432[{\"state\":\"active\"", Assert.Single(client.Lines), StringComparison.Ordinal);
        Assert.Equal([id, "$user:ann", "lobby"], [id, .. socket.Rooms.Skip(1).Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task A_token_that_no_longer_opens_the_namespace_ends_the_socket()
    {
        CloseReason? ended = null;
        await using TestServer server = AuthenticationTests.Start(space => space
            .Authorize(static request => new ValueTask<bool>(request.User.IsInRole("staff")))
            .OnDisconnected((_, reason) =>
            {
                ended = reason;
                return default;
            }));
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60 role=staff"));
        client.Send(Refresh(1, "ann exp=60"));
        Assert.Equal(["431[{\"error\":{\"code\":\"forbidden\",\"message\":\"The ticket was not refreshed.\"}}]", "41"], client.Lines);
        Assert.Equal(CloseReason.AuthorizationLost, ended);
        Assert.Equal(0, server.Server.Of("/").SocketCount);
    }

    [Fact]
    public async Task A_join_that_was_allowed_to_the_old_token_does_not_outlive_it()
    {
        var thinks = new TaskCompletionSource();
        int asked = 0;
        await using TestServer server = AuthenticationTests.Start(space => space.AuthorizeRooms("staff", async request =>
        {
            bool allowed = request.User.IsInRole("staff");
            if (Interlocked.Increment(ref asked) == 1)
            {
                await thinks.Task;
            }

            return allowed;
        }));
        (TestClient client, string id) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60 role=staff"));
        RealtimeSocket socket = server.Server.Of("/").FindSocket(id)!;
        Task joining = socket.JoinAsync("staff").AsTask();
        client.Send(Refresh(1, "ann exp=60"));
        Assert.StartsWith("431[{\"state\":\"active\"", Assert.Single(client.Lines), StringComparison.Ordinal);
        thinks.SetResult();

        await Assert.ThrowsAsync<RoomForbiddenException>(() => joining.Within());
        Assert.DoesNotContain("staff", socket.Rooms);
    }

    [Theory]
    [InlineData("$rt:auth2")]
    [InlineData("$rt:")]
    [InlineData("$rt:resend")]
    [InlineData("$rt:error")]
    public async Task Other_names_of_the_library_are_refused(string name)
    {
        int seen = 0;
        await using TestServer server = AuthenticationTests.Start(space => space.OnAny(_ => new ValueTask(Task.FromResult(seen++))));
        (TestClient client, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann exp=60"));
        client.Send($"421[\"{name}\",1]", $"42[\"{name}\",1]", "42[\"rt:fine\"]");
        Assert.Equal(
            [
                "431[{\"error\":{\"code\":\"reserved_event\",\"message\":\"Names that begin with $rt: belong to the protocol.\"}}]",
                $"42[\"$rt:error\",{{\"error\":{{\"code\":\"reserved_event\",\"message\":\"Names that begin with $rt: belong to the protocol.\",\"event\":\"{name}\"}}}}]",
            ],
            client.Lines);
        Assert.Equal(1, seen);
    }

    internal static string Refresh(int ackId, string token) => $"42{ackId}[\"$rt:auth\",{TokenAuthenticator.Auth(token)}]";

    private sealed class Waiting(Func<Task<AuthenticationResult>> answer) : IHandshakeAuthenticator
    {
        public async ValueTask<AuthenticationResult> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken) => await answer();
    }
}
