using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Realtime.Client;
using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Acks;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.Redis.Tests.Servers;

/// <summary>Servers of one cluster with real clients.</summary>
public sealed class ClusterTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = redis.NextPrefix();

    [Fact]
    public async Task A_client_hears_in_its_room_what_is_emitted_on_any_node_in_order()
    {
        await using ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Heard heard = await Heard.ConnectAsync(a);
        await using Heard other = await Heard.ConnectAsync(b);
        for (int i = 0; i < 100; i++)
        {
            await (i % 2 == 0 ? a : b).Server.Of("/").To("room").EmitAsync("said", i);
        }

        foreach (Heard client in (Heard[])[heard, other])
        {
            await Bounded.UntilAsync(() => client.Numbers.Count >= 100, "everything arrived");
            Assert.Equal(Enumerable.Range(0, 100), client.Numbers);
        }
    }

    [Fact]
    public async Task A_client_that_comes_back_on_another_node_gets_what_it_missed()
    {
        ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Heard heard = await Heard.ConnectAsync(a);
        await b.Server.Of("/").To("room").EmitAsync("said", 1);
        await Bounded.UntilAsync(() => heard.Numbers.Count == 1, "the first arrived");
        string? id = heard.Client.Id;

        await a.DisposeAsync();
        for (int i = 2; i <= 50; i++)
        {
            await b.Server.Of("/").To("room").EmitAsync("said", i);
        }

        await using ChatNode c = await StartAsync(a.Port);

        await Bounded.UntilAsync(() => heard.Numbers.Count >= 50, "everything arrived");
        Assert.Equal(Enumerable.Range(1, 50), heard.Numbers);
        Assert.True(heard.Client.IsRecovered);
        Assert.Equal(id, heard.Client.Id);
    }

    [Fact]
    public async Task Nodes_ask_each_other_for_sockets_rooms_acknowledgements_and_answers()
    {
        await using ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Heard here = await Heard.ConnectAsync(a);
        await using Heard there = await Heard.ConnectAsync(b);
        RealtimeNamespace space = a.Server.Of("/");

        IReadOnlyList<RemoteSocket> sockets = await space.To("room").FetchSocketsAsync();
        Assert.Equal(new[] { here.Client.Id, there.Client.Id }.Order(StringComparer.Ordinal), sockets.Select(static socket => socket.Id).Order(StringComparer.Ordinal));
        Assert.All(sockets, static socket => Assert.Contains("room", socket.Rooms));
        Assert.Contains(there.Client.Id, await space.FetchRoomNamesAsync());
        Assert.Equal(2, await space.CountNodesAsync());

        BroadcastAcks acks = await space.To("room").EmitWithAckAsync("ask", 20);
        Assert.Equal([21, 21], acks.Responses.Select(static answer => JsonSerializer.Deserialize<int>(answer[0].Json.Span)));
        Assert.True(acks.IsComplete);

        IReadOnlyList<EventArguments> servers = await space.ServerSideEmitWithAckAsync("which", "you");
        Assert.Equal("\"you there\"", Encoding.UTF8.GetString(Assert.Single(servers)[0].Json.Span));
    }

    [Fact]
    public async Task Sockets_of_other_nodes_are_put_into_rooms_taken_out_and_disconnected()
    {
        await using ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Heard there = await Heard.ConnectAsync(b);
        RealtimeNamespace space = a.Server.Of("/");

        await space.To(there.Client.Id!).JoinAsync("other");
        await Bounded.UntilAsync(async () => (await space.To("other").FetchSocketsAsync()).Count == 1, "it was put into the room");
        await space.To("room").LeaveAsync("other");
        await Bounded.UntilAsync(async () => (await space.To("other").FetchSocketsAsync()).Count == 0, "it was taken out of it");
        await space.To(there.Client.Id!).DisconnectAsync();
        await Bounded.UntilAsync(() => there.Client.State == ClientState.Disconnected, "it was disconnected");
    }

    [Fact]
    public async Task S3_a_client_that_was_taken_out_of_a_room_while_it_was_away_is_not_in_it_on_another_node()
    {
        ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Heard heard = await Heard.ConnectAsync(a);
        RealtimeNamespace space = b.Server.Of("/");
        await space.To("room").JoinAsync("left");
        await Bounded.UntilAsync(() => a.Server.Of("/").Sockets.Single().Rooms.Contains("left"), "it was put into the room");
        await a.DisposeAsync();
        await space.To("left").EmitAsync("said", 1);
        await space.To("room").JoinAsync("other");
        await space.To("room").LeaveAsync("left");
        await space.To("left").EmitAsync("said", 2);
        await space.To("other").EmitAsync("said", 3);

        await using ChatNode c = await StartAsync(a.Port);
        await Bounded.UntilAsync(() => heard.Numbers.Count >= 2, "what it was owed arrived");
        await space.To("left").EmitAsync("said", 4);
        await space.EmitAsync("said", 5);
        await Bounded.UntilAsync(() => heard.Numbers.Contains(5), "the last arrived");

        Assert.Equal([1, 3, 5], heard.Numbers.Order());
        Assert.True(heard.Client.IsRecovered);
        Assert.Equal(["other"], c.Server.Of("/").Sockets.Single().Rooms.Where(static room => room is "left" or "other"));
    }

    [Fact]
    public async Task S3_a_client_that_was_disconnected_while_it_was_away_has_no_session_on_another_node()
    {
        ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Heard heard = await Heard.ConnectAsync(a);
        await a.DisposeAsync();
        await b.Server.Of("/").To("room").DisconnectAsync();
        await b.Server.Of("/").EmitAsync("said", 1);

        await using ChatNode c = await StartAsync(a.Port);
        await Bounded.UntilAsync(() => heard.Client.State == ClientState.Connected, "it is back");

        Assert.False(heard.Client.IsRecovered);
        Assert.Empty(heard.Numbers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_another_node_emits_to_a_client_in_the_moment_in_which_it_is_told_that_it_is_connected_arrives(bool recovers)
    {
        await using ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        RealtimeNamespace space = b.Server.Of("/");
        List<Heard> clients = [];
        for (int i = 0; i < 40; i++)
        {
            Heard client = Heard.Create(a, recovers);
            clients.Add(client);
            await client.Client.ConnectAsync();
            await space.To(client.Client.Id!).EmitAsync("said", i);
        }

        for (int i = 0; i < clients.Count; i++)
        {
            await Bounded.UntilAsync(() => !clients[i].Numbers.IsEmpty, $"what was emitted to client {i} arrived");
            Assert.Equal([i], clients[i].Numbers);
        }

        await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
    }

    private Task<ChatNode> StartAsync(int port = 0) => ChatNode.StartAsync(redis.Configuration, _prefix, static space =>
    {
        space.OnServerEvent("which", static arguments => ValueTask.FromResult<object?>(JsonSerializer.Deserialize<string>(arguments[0].Json.Span) + " there"));
        space.OnConnected(async socket =>
        {
            await socket.JoinAsync("room");
            await socket.EmitAsync("joined");
        });
    }, port);

    private sealed class Heard : IAsyncDisposable
    {
        private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private Heard(ChatNode node, bool recovers)
        {
            Client = new RealtimeClientBuilder(node.Address).Configure(options =>
            {
                options.Transports = ClientTransports.WebSocket;
                options.Recovery.Enabled = recovers;
                options.Reconnect.BaseDelay = TimeSpan.FromMilliseconds(20);
                options.Reconnect.MaxDelay = TimeSpan.FromMilliseconds(100);
            }).Build();
            Client.On("joined", _ =>
            {
                _joined.TrySetResult();
                return default;
            });
            Client.On("ask", static context =>
            {
                context.Acknowledge(context.Get<int>() + 1);
                return default;
            });
            Client.On("said", context =>
            {
                Numbers.Enqueue(context.Get<int>());
                return default;
            });
        }

        internal RealtimeClient Client { get; }

        internal ConcurrentQueue<int> Numbers { get; } = new();

        internal static Heard Create(ChatNode node, bool recovers) => new(node, recovers);

        internal static async Task<Heard> ConnectAsync(ChatNode node)
        {
            Heard heard = Create(node, recovers: true);
            await heard.Client.ConnectAsync();
            await heard.JoinedAsync();
            return heard;
        }

        internal Task JoinedAsync() => _joined.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}
