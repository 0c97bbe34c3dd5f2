using System.Collections.Concurrent;
using System.Text.Json;
using Realtime.Client;
using Realtime.Contracts;
using Realtime.Core.Namespaces;
using Realtime.Core.Presence;

namespace Realtime.Redis.Tests.Servers;

/// <summary>The presence of users in a room of a cluster, with real clients on two servers.</summary>
public sealed class PresenceTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = redis.NextPrefix();
    private readonly ConcurrentQueue<(string Node, PresenceChange Change)> _told = new();

    [Fact]
    public async Task Each_server_sees_the_users_of_both_and_tells_of_each_change_once()
    {
        await using ChatNode a = await StartAsync("a");
        await using ChatNode b = await StartAsync("b");
        await using RealtimeClient ann = await ConnectAsync(a, "ann");
        await using RealtimeClient bob = await ConnectAsync(b, "bob");
        RealtimeClient tab = await ConnectAsync(b, "ann");
        RealtimeClient carl = await ConnectAsync(b, "carl");
        await SeeAsync("ann", "bob", "carl");

        await tab.DisposeAsync();
        await carl.DisposeAsync();
        await SeeAsync("ann", "bob");
        Assert.Equal(["ann", "bob"], (await a.Server.Of("/").In("lobby").PresenceAsync()).Users.Order(StringComparer.Ordinal));
        Assert.Equal(2, (await b.Server.Of("/").Everyone.PresenceAsync()).Count);
        Assert.Equal(["bob"], (await b.Server.Of("/").In("lobby").Local.PresenceAsync()).Users);
        Assert.Equal(2, _told.Count(static told => told.Change.Joined.Contains("ann")));
        Assert.DoesNotContain(_told, static told => told.Change.Left.Contains("ann"));
    }

    [Fact]
    public async Task What_a_server_had_that_stops_leaves_the_others_at_once()
    {
        ChatNode a = await StartAsync("a");
        await using ChatNode b = await StartAsync("b");
        await using RealtimeClient ann = await ConnectAsync(a, "ann");
        await using RealtimeClient bob = await ConnectAsync(b, "bob");
        await SeeAsync("ann", "bob");

        await a.DisposeAsync();
        await SeesAsync("b", "bob");
        RoomPresence left = await b.Server.Of("/").In("lobby").PresenceAsync();
        Assert.Equal(["bob"], left.Users);
    }

    [Fact]
    public async Task A_server_that_has_nobody_in_the_room_sees_nobody_there()
    {
        await using ChatNode a = await StartAsync("a");
        await using ChatNode b = await StartAsync("b");
        await using RealtimeClient bob = await ConnectAsync(b, "bob");
        for (int round = 0; round < 2; round++)
        {
            RealtimeClient ann = await ConnectAsync(a, "ann");
            await SeeAsync("ann", "bob");
            await ann.DisposeAsync();
            await SeesAsync("a");
            await SeesAsync("b", "bob");
        }
    }

    private Task<ChatNode> StartAsync(string node) => ChatNode.StartAsync(
        redis.Configuration,
        _prefix,
        space => space.Use(static (context, next) =>
        {
            context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, JsonElement>>()!["user"].GetString();
            return next(context);
        }).OnConnected(static async socket =>
        {
            await socket.JoinAsync("lobby");
            await socket.EmitAsync("joined");
        }).TrackPresence("").TrackPresence("lobby").OnPresenceChanged(change =>
        {
            if (change.Room == "lobby")
            {
                _told.Enqueue((node, change));
            }

            return default;
        }),
        configure: static options => options.Presence.Timeout = Bounded.Limit, // reads are to succeed, however slow the machine is
        realtime: static options => options.Presence.ChangeInterval = TimeSpan.FromMilliseconds(1));

    private async Task SeeAsync(params string[] users)
    {
        await SeesAsync("a", users);
        await SeesAsync("b", users);
    }

    // What a server sees is the sum of what it told.
    private Task SeesAsync(string node, params string[] users) => Bounded.UntilAsync(
        () =>
        {
            HashSet<string> seen = [];
            foreach ((_, PresenceChange change) in _told.Where(told => told.Node == node))
            {
                Assert.All(change.Joined, user => Assert.True(seen.Add(user), "it joined, and was there"));
                Assert.All(change.Left, user => Assert.True(seen.Remove(user), "it left, and was not there"));
            }

            return seen.SetEquals(users);
        },
        $"{node} sees {string.Join(' ', users)}");

    private static async Task<RealtimeClient> ConnectAsync(ChatNode node, string user)
    {
        RealtimeClient client = new RealtimeClientBuilder(node.Address)
            .WithAuth(_ => new ValueTask<object?>(new Dictionary<string, string> { ["user"] = user }))
            .Configure(static options =>
            {
                options.Transports = ClientTransports.WebSocket;
                options.Reconnect.Enabled = false;
            })
            .Build();
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.On("joined", _ =>
        {
            joined.TrySetResult();
            return default;
        });
        await client.ConnectAsync().Within();
        await joined.Task.Within();
        return client;
    }
}
