using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;
using Realtime.Core.Tests.Limits;

namespace Realtime.Core.Tests.Namespaces;

public sealed class BackpressureTests : IDisposable
{
    private const int MaxBytes = 1000;
    private static readonly string s_filler = new('x', 85); // about 100 bytes with all that is around it
    private readonly MeterReading _meter = new();

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task By_default_a_client_that_is_behind_is_closed_and_the_others_are_not_concerned()
    {
        await using TestServer server = Start(BackpressurePolicy.Close);
        (TestClient slow, TestClient quick) = await JoinTwoAsync(server);
        for (int i = 0; i < 30; i++)
        {
            await server.Server.Of("/").To("room").EmitAsync("n", i, s_filler);
        }

        await Patience.UntilAsync(() => slow.HasEnded);
        Assert.Equal(CloseReason.OutboundOverflow, slow.Connection.CloseReason);
        Assert.Equal(Enumerable.Range(0, 30), NumbersOf(quick));
    }

    [Fact]
    public async Task Dropping_the_oldest_keeps_the_connection_and_what_is_newest()
    {
        await using TestServer server = Start(BackpressurePolicy.DropOldest);
        (TestClient slow, TestClient quick) = await JoinTwoAsync(server);
        for (int i = 0; i < 30; i++)
        {
            await server.Server.Of("/").To("room").EmitAsync("n", i, s_filler);
        }

        Assert.True(slow.Connection.Outbound.BufferedBytes <= MaxBytes);
        Assert.Equal(Enumerable.Range(0, 30), NumbersOf(quick));
        slow.Peer.Resume();
        int[] arrived = NumbersOf(slow);
        Assert.InRange(arrived.Length, 8, 10);
        Assert.Equal(Enumerable.Range(30 - arrived.Length, arrived.Length), arrived);
        Assert.Equal(30 - arrived.Length, _meter["realtime.messages.dropped drop_oldest"]);
    }

    [Fact]
    public async Task What_is_published_in_one_batch_is_dropped_one_by_one_too()
    {
        await using TestServer server = Start(BackpressurePolicy.DropOldest);
        (TestClient slow, TestClient quick) = await JoinTwoAsync(server);
        using (server.Server.BeginBatch())
        {
            for (int i = 0; i < 30; i++)
            {
                await server.Server.Of("/").To("room").EmitAsync("n", i, s_filler);
            }
        }

        Assert.Equal(Enumerable.Range(0, 30), NumbersOf(quick));
        slow.Peer.Resume();
        Assert.Equal(29, NumbersOf(slow)[^1]);
        Assert.InRange(NumbersOf(slow).Length, 8, 10);
    }

    [Fact]
    public async Task Answers_and_control_packets_and_heartbeats_are_never_dropped()
    {
        await using TestServer server = Start(BackpressurePolicy.DropOldest);
        (TestClient slow, _) = await JoinTwoAsync(server);
        RealtimeSocket socket = server.Server.Of("/").FindSocket((await IdOfAsync(server, slow))!)!;
        ValueTask<EventArguments> asked = socket.EmitWithAckAsync("question");
        slow.Send("427[\"echo\"]", "40/second,");
        server.Time.Pass(25);
        for (int i = 0; i < 100; i++)
        {
            await socket.EmitAsync("n", i, s_filler);
        }

        slow.Peer.Resume();
        string[] lines = slow.Lines;
        Assert.Contains(lines, line => line.Contains("question", StringComparison.Ordinal));
        Assert.Contains("437[]", lines);
        Assert.Contains(lines, line => line.StartsWith("40/second,{\"sid\"", StringComparison.Ordinal));
        Assert.Contains("2", lines);
        Assert.Equal(99, NumbersOf(slow)[^1]);
        slow.Send("430[1]");
        await asked.Within();
    }

    [Fact]
    public async Task Protected_packets_that_fill_the_queue_close_the_connection()
    {
        await using TestServer server = Start(BackpressurePolicy.DropOldest);
        (TestClient slow, _) = await JoinTwoAsync(server);
        slow.Send([.. Enumerable.Range(0, 200).Select(i => $"42{i}[\"echo\"]")]);

        await Patience.UntilAsync(() => slow.HasEnded);
        Assert.Equal(CloseReason.OutboundOverflow, slow.Connection.CloseReason);
    }

    [Fact]
    public async Task Volatile_events_wait_and_go_first_where_that_was_chosen()
    {
        await using TestServer server = Start(BackpressurePolicy.DropVolatileFirst);
        (TestClient slow, _) = await JoinTwoAsync(server);
        for (int i = 0; i < 6; i++)
        {
            await server.Server.Of("/").To("room").Volatile.EmitAsync("n", i, s_filler);
        }

        for (int i = 10; i < 16; i++)
        {
            await server.Server.Of("/").To("room").EmitAsync("n", i, s_filler);
        }

        slow.Peer.Resume();
        int[] arrived = NumbersOf(slow);
        Assert.Equal([10, 11, 12, 13, 14, 15], arrived[^6..]);
        Assert.Equal(Enumerable.Range(6 - (arrived.Length - 6), arrived.Length - 6), arrived[..^6]); // the newest of the volatile ones
        Assert.InRange(arrived.Length, 8, 10);
        Assert.Equal(12 - arrived.Length, _meter["realtime.messages.dropped drop_volatile_first"]);
    }

    [Fact]
    public async Task When_nothing_volatile_is_left_the_connection_is_closed()
    {
        await using TestServer server = Start(BackpressurePolicy.DropVolatileFirst);
        (TestClient slow, _) = await JoinTwoAsync(server);
        for (int i = 0; i < 20; i++)
        {
            await server.Server.Of("/").To("room").Volatile.EmitAsync("v", i, s_filler);
            await server.Server.Of("/").To("room").EmitAsync("n", i, s_filler);
        }

        await Patience.UntilAsync(() => slow.HasEnded);
        Assert.Equal(CloseReason.OutboundOverflow, slow.Connection.CloseReason);
    }

    [Fact]
    public async Task Of_one_key_only_the_newest_waits_and_who_reads_gets_all()
    {
        await using TestServer server = Start(BackpressurePolicy.Conflate);
        (TestClient slow, TestClient quick) = await JoinTwoAsync(server);
        Emitter room = server.Server.Of("/").To("room");
        for (int i = 0; i < 50; i++)
        {
            await room.Conflate($"k{i % 2}").EmitAsync("n", i, s_filler);
            if (i == 20)
            {
                await room.EmitAsync("n", 1000, s_filler); // without a key: kept
                await server.Server.Of("/second").Everyone.EmitAsync("n", 2000); // nobody is there
            }
        }

        Assert.Equal(51, NumbersOf(quick).Length);
        slow.Peer.Resume();
        Assert.Equal([1000, 48, 49], NumbersOf(slow));
        Assert.Equal(48, _meter["realtime.messages.dropped conflate"]);
    }

    [Fact]
    public async Task A_key_means_nothing_elsewhere_and_direct_emits_have_keys_too()
    {
        await using TestServer conflating = Start(BackpressurePolicy.Conflate);
        await using TestServer closing = Start(BackpressurePolicy.Close);
        foreach ((TestServer server, int[] expected) in new[] { (conflating, new[] { 2 }), (closing, [0, 1, 2]) })
        {
            (TestClient slow, _) = await JoinTwoAsync(server);
            RealtimeSocket socket = server.Server.Of("/").FindSocket((await IdOfAsync(server, slow))!)!;
            for (int i = 0; i < 3; i++)
            {
                await socket.Compress(false).Conflate("k").EmitAsync("n", i);
            }

            slow.Peer.Resume();
            Assert.Equal(expected, NumbersOf(slow));
        }
    }

    [Fact]
    public async Task Who_publishes_can_see_that_members_are_behind()
    {
        await using TestServer server = Start(BackpressurePolicy.DropOldest);
        (TestClient slow, _) = await JoinTwoAsync(server);
        Emitter room = server.Server.Of("/").To("room");
        Assert.Equal(0, room.CongestedCount);
        for (int i = 0; i < 6; i++)
        {
            await room.EmitAsync("n", i, s_filler);
        }

        Assert.Equal(1, room.CongestedCount);
        Assert.Equal(0, server.Server.Of("/").To("another").CongestedCount);
        Assert.Equal(1, _meter["realtime.connections.congested"]);
        slow.Peer.Resume();
        Assert.Equal(0, room.CongestedCount);
        slow.Peer.Pause();
        for (int i = 0; i < 6; i++)
        {
            await room.EmitAsync("n", i, s_filler);
        }

        Assert.Equal(1, room.CongestedCount);
        slow.Peer.Close();
        Assert.Equal(0, _meter["realtime.connections.congested"]);
    }

    private static int[] NumbersOf(TestClient client) =>
        [.. client.Lines.Where(line => line.StartsWith("42[\"n\",", StringComparison.Ordinal)).Select(line => int.Parse(line[7..].Split(',', ']')[0], System.Globalization.CultureInfo.InvariantCulture))];

    private static async Task<string?> IdOfAsync(TestServer server, TestClient client) =>
        (await server.Server.Of("/").Everyone.FetchSocketsAsync()).Select(found => found.Id).Single(id => server.Server.Of("/").FindSocket(id)!.Connection == client.Connection);

    private static async Task<(TestClient Slow, TestClient Quick)> JoinTwoAsync(TestServer server)
    {
        (TestClient slow, _) = await server.JoinAsync();
        (TestClient quick, _) = await server.JoinAsync();
        slow.Peer.Pause();
        return (slow, quick);
    }

    private TestServer Start(BackpressurePolicy policy) => TestServer.Start(
        builder => builder
            .AddNamespace("/", space => space
                .UseBackpressure(policy)
                .OnConnected(socket => socket.JoinAsync("room"))
                .On("echo", context => context.AckAsync()))
            .AddNamespace("/second"),
        options => options.Connections.MaxBufferedBytes = MaxBytes,
        services => services.AddSingleton<IMeterFactory>(_meter));
}
