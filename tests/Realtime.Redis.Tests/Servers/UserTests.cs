using System.Text.Json;
using Realtime.Client;
using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Limits;
using Realtime.Core.Users;

namespace Realtime.Redis.Tests.Servers;

/// <summary>Users of a cluster, with real clients on two servers.</summary>
public sealed class UserTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = redis.NextPrefix();

    [Fact]
    public async Task A_user_has_no_more_connections_to_all_servers_than_allowed()
    {
        await using ChatNode a = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using ChatNode b = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using RealtimeClient first = await ConnectAsync(a);
        await using RealtimeClient second = await ConnectAsync(b);
        await using RealtimeClient third = NewClient(a, reconnects: false);

        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() => third.ConnectAsync().WaitAsync(Bounded.Limit));
        Assert.Equal("too_many_connections", refused.RefusalCode);

        await first.DisposeAsync();
        await Bounded.UntilAsync(async () => (await b.Server.FindConnectionsAsync("ann")).Count == 1, "the first has left");
        await using RealtimeClient fourth = await ConnectAsync(b);
    }

    [Fact]
    public async Task The_oldest_connection_is_closed_on_the_other_server()
    {
        await using ChatNode a = await StartAsync(UserLimitPolicy.CloseOldest);
        await using ChatNode b = await StartAsync(UserLimitPolicy.CloseOldest);
        await using RealtimeClient first = await ConnectAsync(a, reconnects: false);
        await using RealtimeClient second = await ConnectAsync(b, reconnects: false);
        await using RealtimeClient third = await ConnectAsync(b, reconnects: false);

        await Bounded.UntilAsync(() => first.State == ClientState.Disconnected, "the oldest was closed");
        Assert.Equal(ClientState.Connected, second.State);
        Assert.Equal(ClientState.Connected, third.State);
    }

    [Fact]
    public async Task The_connections_of_a_user_are_found_on_all_servers_and_those_of_a_server_that_stopped_are_not()
    {
        ChatNode a = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using ChatNode b = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using RealtimeClient first = await ConnectAsync(a, reconnects: false);
        await using RealtimeClient second = await ConnectAsync(b);

        IReadOnlyList<UserConnection> found = await b.Server.FindConnectionsAsync("ann");
        Assert.Equal([first.Id, second.Id], found.Select(static connection => Assert.Single(connection.Sockets).Id));
        Assert.Equal(2, found.Select(static connection => connection.Node).Distinct().Count());
        foreach (StackExchange.Redis.HashEntry entry in await redis.Connection.GetDatabase().HashGetAllAsync($"{_prefix}:user:ann"))
        {
            Assert.NotEqual("-", entry.Value.ToString().Split(' ')[4]); // a client that recovers is known by its session
        }

        await a.DisposeAsync();
        await Bounded.UntilAsync(async () => (await b.Server.FindConnectionsAsync("ann")).Count == 1, "what was on the server that stopped is gone");
    }

    [Fact]
    public async Task A_user_is_disconnected_on_all_servers_and_may_come_back()
    {
        await using ChatNode a = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using ChatNode b = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using RealtimeClient here = await ConnectAsync(b);
        await using RealtimeClient there = await ConnectAsync(a);
        await using RealtimeClient other = await ConnectAsync(a, "bob");

        await b.Server.DisconnectUserAsync("ann");

        await Bounded.UntilAsync(() => here.State == ClientState.Disconnected && there.State == ClientState.Disconnected, "both were disconnected");
        Assert.Equal(ClientState.Connected, other.State);
        await Bounded.UntilAsync(async () => (await b.Server.FindConnectionsAsync("ann")).Count == 0, "nothing of the user is listed");
        await using RealtimeClient again = await ConnectAsync(a);
        Assert.False(again.IsRecovered);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_session_of_a_client_that_is_away_ends_when_its_user_is_disconnected(bool isDisconnected)
    {
        ChatNode a = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using ChatNode b = await StartAsync(UserLimitPolicy.RefuseNewest);
        await using RealtimeClient client = await ConnectAsync(a);
        await a.DisposeAsync();
        if (isDisconnected)
        {
            await b.Server.DisconnectUserAsync("ann");
            Assert.Empty(await redis.Connection.GetServers()[0].KeysAsync(pattern: $"{_prefix}:{{/}}:s:*").ToListAsync());
        }

        await using ChatNode c = await StartAsync(UserLimitPolicy.RefuseNewest, a.Port);
        await Bounded.UntilAsync(() => client.State == ClientState.Connected && c.Server.Of("/").SocketCount == 1, "it came back");
        Assert.Equal(!isDisconnected, client.IsRecovered);
    }

    private Task<ChatNode> StartAsync(UserLimitPolicy policy, int port = 0) => ChatNode.StartAsync(
        redis.Configuration,
        _prefix,
        static space => space.Use(static (context, next) =>
        {
            context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, JsonElement>>()!["user"].GetString();
            return next(context);
        }).OnConnected(static socket => socket.EmitAsync("joined")),
        port,
        static options => options.Directory.Timeout = Bounded.Limit, // the directory is to decide, not each server by itself because the machine is slow
        options =>
        {
            options.Limits.MaxConnectionsPerUser = 2;
            options.Limits.UserLimitPolicy = policy;
        });

    private static RealtimeClient NewClient(ChatNode node, string user = "ann", bool reconnects = true) => new RealtimeClientBuilder(node.Address)
        .WithAuth(_ => new ValueTask<object?>(new Dictionary<string, string> { ["user"] = user }))
        .Configure(options =>
        {
            options.Transports = ClientTransports.WebSocket;
            options.Reconnect.Enabled = reconnects;
            options.Reconnect.BaseDelay = TimeSpan.FromMilliseconds(20);
            options.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(100);
        })
        .Build();

    private static async Task<RealtimeClient> ConnectAsync(ChatNode node, string user = "ann", bool reconnects = true)
    {
        RealtimeClient client = NewClient(node, user, reconnects);
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.On("joined", _ =>
        {
            joined.TrySetResult();
            return default;
        });
        await client.ConnectAsync().WaitAsync(Bounded.Limit);
        await joined.Task.WaitAsync(Bounded.Limit);
        return client;
    }
}
