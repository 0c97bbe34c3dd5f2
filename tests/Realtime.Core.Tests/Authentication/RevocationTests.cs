using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Backplane;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Authentication;

public sealed class RevocationTests
{
    private const string Revoked = "42[\"$rt:auth\",{\"state\":\"revoked\"}]";

    [Fact]
    public async Task A_user_is_out_of_all_namespaces_at_once_and_nobody_else_is()
    {
        var reasons = new List<string>();
        await using TestServer server = TestServer.Start(builder => builder.AddAuthenticator<TokenAuthenticator>().AddNamespace("/chat", Note).AddNamespace("/", Note));
        (TestClient first, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann"));
        await TestServer.JoinAsync(first, "/chat", TokenAuthenticator.Auth("bob"));
        (TestClient second, _) = await server.JoinAsync("/chat", TokenAuthenticator.Auth("ann exp=60"));
        await server.Server.RevokeAsync(Revocation.OfUser("ann"));

        Assert.Equal([Revoked, "41"], first.Lines);
        Assert.Equal([Revoked.Replace("42", "42/chat,", StringComparison.Ordinal), "41/chat,"], second.Lines);
        Assert.Equal(["token revoked", "token revoked"], reasons);
        Assert.Equal("bob", Assert.Single(server.Server.Of("/chat").Sockets).UserId);
        Assert.Equal(0, server.Server.Of("/").SocketCount);

        void Note(NamespaceBuilder space) => space.OnDisconnected((_, reason) =>
        {
            reasons.Add(reason.Text);
            return default;
        });
    }

    [Fact]
    public async Task A_token_ends_where_it_was_used_and_opens_nothing_any_more()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { });
        (TestClient revoked, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann id=t1"));
        (TestClient kept, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann id=t2"));
        await server.Server.RevokeAsync(Revocation.OfToken("t1"));
        server.Time.Pass(5);
        revoked.Send("40" + TokenAuthenticator.Auth("ann id=t1"));
        kept.Send(RefreshTests.Refresh(1, "ann id=t1"));

        Assert.Equal([Revoked, "41", "44{\"message\":\"Authentication failed\",\"data\":{\"code\":\"token_revoked\"}}"], revoked.Lines);
        Assert.Equal(["431[{\"error\":{\"code\":\"token_revoked\",\"message\":\"The ticket was not refreshed.\"}}]"], kept.Lines);
        Assert.Equal(1, server.Server.Of("/").SocketCount);
    }

    [Fact]
    public async Task A_user_that_is_disconnected_is_out_of_all_namespaces_and_may_come_back()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddAuthenticator<TokenAuthenticator>().AddNamespace("/chat").AddNamespace("/"));
        (TestClient first, _) = await server.JoinAsync(auth: TokenAuthenticator.Auth("ann"));
        await TestServer.JoinAsync(first, "/chat", TokenAuthenticator.Auth("bob"));
        (TestClient second, _) = await server.JoinAsync("/chat", TokenAuthenticator.Auth("ann"));
        Assert.Equal(2, (await server.Server.FindConnectionsAsync("ann")).Count);
        await server.Server.DisconnectUserAsync("ann");

        Assert.Equal(["41"], first.Lines);
        Assert.Equal(["41/chat,"], second.Lines);
        Assert.Equal("bob", Assert.Single(server.Server.Of("/chat").Sockets).UserId);
        Assert.Empty(await server.Server.FindConnectionsAsync("ann"));
        Assert.NotEmpty(await TestServer.JoinAsync(second, "/chat", TokenAuthenticator.Auth("ann")));
        await server.Server.DisconnectUserAsync("bob", closeConnections: true);
        Assert.True(first.HasEnded);
    }

    [Fact]
    public async Task Tokens_from_before_a_user_was_revoked_are_refused_and_new_ones_are_not()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { });
        await server.Server.RevokeAsync(Revocation.OfUser("ann"));
        server.Time.Pass(5);
        TestClient client = server.Connect();
        client.Send("40" + TokenAuthenticator.Auth("ann iat=-6"));
        Assert.Contains("token_revoked", Assert.Single(client.Take()), StringComparison.Ordinal);
        await TestServer.JoinAsync(client, auth: TokenAuthenticator.Auth("ann iat=-4"));
    }

    [Fact]
    public async Task A_connection_that_the_user_itself_opened_is_closed_with_all_its_namespaces()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/").AddNamespace("/chat"));
        TestClient client = server.Connect(handshake: AuthenticationTests.Opened(new Claim("sub", "ann")));
        TestClient idle = server.Connect(handshake: AuthenticationTests.Opened(new Claim("sub", "ann")));
        TestClient other = server.Connect(handshake: AuthenticationTests.Opened(new Claim("sub", "bob")));
        await TestServer.JoinAsync(client);
        await TestServer.JoinAsync(client, "/chat");
        await server.Server.RevokeAsync(Revocation.OfUser("ann"));

        Assert.Equal(CloseReason.TokenRevoked, client.Connection.CloseReason);
        Assert.Equal(CloseReason.TokenRevoked, idle.Connection.CloseReason);
        Assert.True(other.Connection.IsOpen);
        Assert.Contains("41/chat,", client.Lines);
    }

    [Fact]
    public async Task Who_is_on_the_way_in_does_not_slip_through()
    {
        var thinks = new TaskCompletionSource();
        await using TestServer server = AuthenticationTests.Start(space => space.Use(async (context, next) =>
        {
            await thinks.Task;
            await next(context);
        }));
        TestClient client = server.Connect();
        client.Send("40" + TokenAuthenticator.Auth("ann"));
        await server.Server.RevokeAsync(Revocation.OfUser("ann"));
        thinks.SetResult();
        await Patience.UntilAsync(() => client.Lines.Contains("41") && server.Server.Of("/").SocketCount == 0);
    }

    [Fact]
    public async Task Other_nodes_are_told()
    {
        var cluster = new List<ClusterInMemory>();
        cluster.AddRange([new(cluster), new(cluster)]);
        int next = 0;
        TestServer Node() => TestServer.Start(builder => builder.AddAuthenticator<TokenAuthenticator>().AddNamespace("/").UseBackplane(_ => cluster[next++]));
        await using TestServer here = Node();
        await using TestServer there = Node();
        (TestClient client, _) = await there.JoinAsync(auth: TokenAuthenticator.Auth("ann"));
        await here.Server.RevokeAsync(Revocation.OfUser("ann"));
        await Patience.UntilAsync(() => client.Lines.Contains("41"));
    }

    [Fact]
    public void Memory_is_bounded_in_number_and_in_age()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var list = new RevocationList(new HandshakeAuthenticationOptions { MaxRevocations = 2, RevocationMemory = TimeSpan.FromHours(1) }, time);
        Assert.Equal(0, Add("a"));
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(0, Add("b"));
        Assert.Equal(1, Add("c"));
        Assert.Equal([false, true, true], Contained("a", "b", "c"));
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(0, Add("b"));
        Assert.Equal(1, list.Count);
        Assert.Equal([true, false], Contained("b", "c"));
        Assert.Equal(0, Add("b"));
        Assert.Equal(1, Add("d")); // the older of the two for b goes, b stays revoked
        Assert.Equal([true, true], Contained("b", "d"));

        int Add(string tokenId) => list.Add(Revocation.OfToken(tokenId) with { Time = time.GetUtcNow() });
        bool[] Contained(params string[] tokenIds) => [.. tokenIds.Select(id => list.Contains(null, id, time.GetUtcNow()))];
    }

    [Fact]
    public async Task Revocations_that_are_forgotten_early_are_in_the_log()
    {
        await using TestServer server = AuthenticationTests.Start(static _ => { }, options => options.Authentication.MaxRevocations = 1);
        await server.Server.RevokeAsync(Revocation.OfToken("a"));
        await server.Server.RevokeAsync(Revocation.OfToken("b"));
        Assert.Contains(server.Logged, static line => line.StartsWith("Warning RevocationsForgotten", StringComparison.Ordinal));
    }
}
