using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Redis.Tests.Servers;
using Realtime.RedisServers;

namespace Realtime.Redis.Tests.Emitter;

/// <summary>A process without clients that publishes to those of two servers.</summary>
public sealed class EmitterTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly RealtimeEvent<int> s_said = new("said");

    private readonly string _prefix = redis.NextPrefix();

    [Fact]
    public async Task What_it_emits_reaches_clients_of_all_servers_once_and_in_order()
    {
        await using ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Listener here = await Listener.ConnectAsync(a);
        await using Listener there = await Listener.ConnectAsync(b);
        await using ServiceProvider process = Process();
        RemoteNamespace space = process.GetRequiredService<IRealtimeEmitter>().Of("/");

        // Not awaited one by one: the order is that of the calls, also before there is a connection.
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => space.To("room", "other").EmitAsync(s_said, i).AsTask())).Within();

        await here.HasHeardAsync(Enumerable.Range(0, 200));
        await there.HasHeardAsync(Enumerable.Range(0, 200));
        Assert.Equal(200, await redis.Connection.GetDatabase().HashGetAsync($"{_prefix}:{{/}}:m:room", "head")); // numbered, and kept like what a server emits
        Assert.Equal(2, await a.Server.Of("/").CountNodesAsync()); // it is no node
    }

    [Fact]
    public async Task A_client_that_was_away_gets_what_was_emitted_meanwhile()
    {
        ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Listener listener = await Listener.ConnectAsync(a);
        await using ServiceProvider process = Process();
        RemoteNamespace space = process.GetRequiredService<IRealtimeEmitter>().Of("/");
        await space.To("room").EmitAsync("said", 0);
        await listener.HasHeardAsync([0]);

        await a.DisposeAsync();
        for (int i = 1; i < 50; i++)
        {
            await space.To("room").EmitAsync("said", i);
        }

        await using ChatNode c = await StartAsync(a.Port);
        await listener.HasHeardAsync(Enumerable.Range(0, 50));
        Assert.True(listener.Client.IsRecovered);
    }

    [Fact]
    public async Task Its_audiences_are_those_of_servers()
    {
        await using ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using Listener ann = await Listener.ConnectAsync(a, "ann");
        await using Listener bob = await Listener.ConnectAsync(b, "bob");
        await using ServiceProvider process = Process();
        RemoteNamespace space = process.GetRequiredService<IRealtimeEmitter>().Of("/");

        await space.ToUser("ann").EmitAsync("said", 1);
        await space.To("room").Except(ann.Client.Id!).EmitAsync("said", 2);
        await ann.HasHeardAsync([1]);
        await bob.HasHeardAsync([2]);

        await space.To(bob.Client.Id!).JoinAsync("guests");
        await Bounded.UntilAsync(async () => (await a.Server.Of("/").To("guests").FetchSocketsAsync()).Count == 1, "bob joined");
        await space.In("guests").Compress(false).EmitAsync("said", 3);
        await bob.HasHeardAsync([2, 3]);
        await space.To("room").LeaveAsync("guests");
        await Bounded.UntilAsync(async () => (await a.Server.Of("/").To("guests").FetchSocketsAsync()).Count == 0, "bob left");
        await space.To("guests").EmitAsync("said", 4);
        await space.EmitAsync("said", 5);
        await ann.HasHeardAsync([1, 5]);
        await bob.HasHeardAsync([2, 3, 5]);
        await space.Volatile.EmitAsync("said", 6);
        await ann.HasHeardAsync([1, 5, 6]);

        await space.ToUser("bob").DisconnectAsync();
        await Bounded.UntilAsync(() => bob.Client.State == ClientState.Disconnected, "bob was disconnected");
        Assert.Equal(ClientState.Connected, ann.Client.State);
    }

    [Fact]
    public async Task It_reaches_server_side_handlers_and_ends_sessions_of_users()
    {
        var heard = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using ChatNode a = await StartAsync(onServerEvent: heard.Enqueue);
        await using ChatNode b = await StartAsync(onServerEvent: heard.Enqueue);
        await using Listener ann = await Listener.ConnectAsync(a, "ann");
        await using Listener bob = await Listener.ConnectAsync(b, "bob");
        await using ServiceProvider process = Process();
        IRealtimeEmitter emitter = process.GetRequiredService<IRealtimeEmitter>();

        await emitter.Of("/").ServerSideEmitAsync("reload", "prices");
        await Bounded.UntilAsync(() => heard.Count == 2, "both servers handled it");
        Assert.Equal(["prices", "prices"], heard);
        await Assert.ThrowsAsync<ArgumentException>(async () => await emitter.Of("/").ServerSideEmitAsync("connection"));

        await emitter.DisconnectUserAsync("ann");
        await Bounded.UntilAsync(() => ann.Client.State == ClientState.Disconnected, "ann was disconnected");
        Assert.Equal(ClientState.Connected, bob.Client.State);
        await emitter.RevokeAsync(Revocation.OfUser("bob"));
        await Bounded.UntilAsync(() => bob.Client.State == ClientState.Disconnected, "bob was disconnected");
    }

    [Fact]
    public async Task Without_Redis_it_waits_and_then_fails_and_nothing_of_that_is_done_later()
    {
        await using RedisServer own = await RedisServer.StartAsync("--appendonly", "yes");
        await using ChatNode a = await StartAsync(server: own);
        await using Listener listener = await Listener.ConnectAsync(a);
        List<RedisBackplaneOptions> giveUp = [];
        await using ServiceProvider process = Process(own, giveUp.Add);
        await using ServiceProvider patient = Process(own);
        await using ServiceProvider early = Process(own, giveUp.Add);
        RemoteNamespace space = process.GetRequiredService<IRealtimeEmitter>().Of("/");
        RemoteNamespace earlySpace = early.GetRequiredService<IRealtimeEmitter>().Of("/"); // connects when it publishes
        await space.To("room").EmitAsync("said", 0);
        await patient.GetRequiredService<IRealtimeEmitter>().Of("/").To("room").EmitAsync("said", 1);
        await listener.HasHeardAsync([0, 1]);

        await own.KillAsync();
        Assert.Equal(2, giveUp.Count);
        giveUp.ForEach(static options => options.PublishTimeout = TimeSpan.FromSeconds(1)); // it is read at each call
        await Assert.ThrowsAsync<BackplaneUnavailableException>(() => space.To("room", "other").EmitAsync(s_said, 2).AsTask().Within());
        await Assert.ThrowsAsync<BackplaneUnavailableException>(() => earlySpace.To("room").EmitAsync(s_said, 3).AsTask().Within());
        await space.To("room").Volatile.EmitAsync("said", 4);
        Task waits = patient.GetRequiredService<IRealtimeEmitter>().Of("/").To("room").EmitAsync(s_said, 5).AsTask();
        await own.RestartAsync(keepData: true);

        await waits.Within();
        giveUp.ForEach(static options => options.PublishTimeout = Bounded.Limit); // each once: one that is given up may have been taken, and would be there twice
        await space.To("room").EmitAsync(s_said, 6);
        await earlySpace.To("room").EmitAsync(s_said, 7);
        await listener.HasHeardAsync([0, 1, 5, 6, 7]);
    }

    [Fact]
    public async Task What_waits_is_published_before_the_process_ends()
    {
        await using ChatNode a = await StartAsync();
        await using Listener listener = await Listener.ConnectAsync(a);
        ServiceProvider process = Process();
        RemoteNamespace space = process.GetRequiredService<IRealtimeEmitter>().Of("/");
        Task[] emitted = [.. Enumerable.Range(0, 20).Select(i => space.To("room").EmitAsync(s_said, i).AsTask())];
        await process.DisposeAsync();

        Assert.All(emitted, static task => Assert.True(task.IsCompletedSuccessfully));
        await listener.HasHeardAsync(Enumerable.Range(0, 20));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await space.EmitAsync("said", 1));
    }

    [Fact]
    public void An_emitter_without_a_way_to_its_servers_says_so()
    {
        using ServiceProvider process = new ServiceCollection().AddRealtimeEmitter().Services.BuildServiceProvider();
        Assert.Contains("AddRedis", Assert.Throws<InvalidOperationException>(process.GetRequiredService<IRealtimeEmitter>).Message, StringComparison.Ordinal);
    }

    private ServiceProvider Process(RedisServer? server = null, Action<RedisBackplaneOptions>? keep = null) => new ServiceCollection()
        .AddRealtimeEmitter()
        .AddRedis(server is null ? redis.Configuration : server.Address + RedisFixture.PatientCalls, options =>
        {
            options.KeyPrefix = _prefix;
            options.Backplane.PublishTimeout = Bounded.Limit;
            keep?.Invoke(options.Backplane);
        })
        .Services.BuildServiceProvider();

    private Task<ChatNode> StartAsync(int port = 0, Action<string>? onServerEvent = null, RedisServer? server = null) => ChatNode.StartAsync(
        server is null ? redis.Configuration : server.Address + RedisFixture.PatientCalls,
        _prefix,
        space => space
            .Use(static (context, next) =>
            {
                context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, JsonElement>>()!["user"].GetString();
                return next(context);
            })
            .OnServerEvent("reload", arguments =>
            {
                onServerEvent?.Invoke(JsonSerializer.Deserialize<string>(arguments[0].Json.Span)!);
                return default;
            })
            .OnConnected(static async socket =>
            {
                await socket.JoinAsync("room");
                await socket.EmitAsync("joined");
            }),
        port);
}
