using System.Threading.Channels;
using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Acks;
using Realtime.Core.Protocol;

namespace Realtime.Client.Tests.Receiving;

public sealed class ReceiveTests
{
    private static readonly RealtimeEvent<int> s_number = new("n");
    private static readonly RealtimeEvent<int, string> s_question = new("q");

    [Fact]
    public async Task Handlers_run_in_order_one_event_at_a_time()
    {
        await using var bench = new ClientBench();
        var seen = new List<string>();
        int running = 0;
        bench.Client.On(s_number, async number =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            await Task.Yield();
            seen.Add($"async {number}");
            Interlocked.Decrement(ref running);
        });
        bench.Client.On(s_number, number => seen.Add($"sync {number}"));
        var done = new TaskCompletionSource();
        bench.Client.On("done", _ =>
        {
            done.SetResult();
            return default;
        });
        FakeWire wire = await bench.ConnectAsync();
        for (int i = 0; i < 100; i++)
        {
            wire.Say($"""42["n",{i}]""");
        }

        wire.Say("""42["done"]""");
        await done.Task.Within();

        Assert.Equal(Enumerable.Range(0, 100).SelectMany(i => new[] { $"async {i}", $"sync {i}" }), seen);
    }

    [Fact]
    public async Task A_handler_that_throws_hurts_nobody_else()
    {
        await using var bench = new ClientBench();
        var failures = Channel.CreateUnbounded<HandlerFailure>();
        var seen = Channel.CreateUnbounded<int>();
        bench.Client.UnhandledException += failure => failures.Writer.TryWrite(failure);
        bench.Client.UnhandledException += _ => throw new InvalidOperationException("an observer that throws");
        bench.Client.On(s_number, new Action<int>(_ => throw new InvalidOperationException("a mistake")));
        bench.Client.On(s_number, number => seen.Writer.TryWrite(number));
        FakeWire wire = await bench.ConnectAsync();

        wire.Say("""42["n",1]""");
        wire.Say("""42["n","text"]""");
        wire.Say("""42["n",2]""");

        Assert.Equal("a mistake", (await failures.Reader.ReadAsync().AsTask().Within()).Exception.Message);
        Assert.Equal((1, 2), (await seen.Reader.ReadAsync().AsTask().Within(), await seen.Reader.ReadAsync().AsTask().Within()));
        HandlerFailure misfit = await failures.Reader.ReadAsync().AsTask().Within();
        while (misfit.Exception is not InvalidPayloadException)
        {
            misfit = await failures.Reader.ReadAsync().AsTask().Within();
        }

        Assert.Equal(("/", "n"), (misfit.Namespace, misfit.EventName));
        Assert.Equal(ClientState.Connected, bench.Client.State);
    }

    [Fact]
    public async Task A_question_of_the_server_is_answered_once()
    {
        await using var bench = new ClientBench();
        bench.Client.On(s_question, number => new ValueTask<string>($"{number}!"));
        bench.Client.On("later", async context =>
        {
            Assert.True(context.WantsAck);
            await Task.Yield();
            context.Acknowledge(context.Get<int>(), context.Get<string>(1));
            context.Acknowledge("twice");
        });
        bench.Client.On(s_number, _ => { });
        bench.Client.On("kept", _ => default);
        FakeWire wire = await bench.ConnectAsync();

        wire.Say("""421["q",5]""");
        Assert.Equal("""431["5!"]""", await wire.SentAsync());
        wire.Say("""422["later",1,"two"]""");
        Assert.Equal("""432[1,"two"]""", await wire.SentAsync());
        wire.Say("""423["kept"]""");
        wire.Say("""424["unknown"]""");
        wire.Say("""425["n",1]""");
        Assert.Equal("435[]", await wire.SentAsync());
    }

    [Fact]
    public async Task An_answer_of_an_older_connection_is_not_sent()
    {
        await using var bench = new ClientBench();
        var held = new TaskCompletionSource<ClientEventContext>();
        bench.Client.On("ask", context =>
        {
            held.TrySetResult(context);
            return default;
        });
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""421["ask"]""");
        ClientEventContext asked = await held.Task.Within();
        wire.Break();
        await bench.PassAsync(TimeSpan.FromSeconds(1));
        wire = await bench.Server.AcceptAsync();
        await bench.NextAsync(ClientState.Reconnecting);
        await bench.NextAsync(ClientState.Connected);

        asked.Acknowledge("too late");
        await bench.Client.EmitAsync("after");

        Assert.Equal("""42["after"]""", await wire.SentAsync());
    }

    [Fact]
    public async Task One_shot_and_removed_handlers_hear_no_more()
    {
        await using var bench = new ClientBench();
        var seen = new List<string>();
        bench.Client.Once(s_number, number => seen.Add($"once {number}"));
        IDisposable removed = bench.Client.On(s_number, number => seen.Add($"removed {number}"));
        IDisposable any = bench.Client.OnAny(context =>
        {
            seen.Add($"any {context.EventName}");
            return default;
        });
        bench.Client.On(s_number, number => seen.Add($"{number}"));
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["n",1]""");
        await Bounded.UntilAsync(() => seen.Count == 4, "the first has been handled");
        removed.Dispose();
        removed.Dispose();
        any.Dispose();
        wire.Say("""42["n",2]""");
        await Bounded.UntilAsync(() => seen.Count >= 5, "the second has been handled");

        Assert.Equal(["any n", "once 1", "removed 1", "1", "2"], seen);
    }

    [Fact]
    public async Task A_stream_goes_on_across_a_reconnect_and_ends_with_the_client()
    {
        var bench = new ClientBench();
        await using IAsyncEnumerator<int> stream = bench.Client.Stream(s_number).GetAsyncEnumerator();
        ValueTask<bool> first = stream.MoveNextAsync();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["n",1]""");
        Assert.True(await first.AsTask().Within());
        Assert.Equal(1, stream.Current);
        wire.Break();
        await bench.PassAsync(TimeSpan.FromSeconds(1));
        wire = await bench.Server.AcceptAsync();
        wire.Say("""42["n",2]""");
        Assert.True(await stream.MoveNextAsync().AsTask().Within());
        Assert.Equal(2, stream.Current);

        ValueTask<bool> end = stream.MoveNextAsync();
        await bench.DisposeAsync();
        Assert.False(await end.AsTask().Within());
    }

    [Fact]
    public async Task A_stream_that_keeps_the_newest_drops_what_is_older()
    {
        await using var bench = new ClientBench();
        await using IAsyncEnumerator<int> stream = bench.Client.Stream(s_number, new StreamOptions { Capacity = 2, FullMode = BoundedChannelFullMode.DropOldest }).GetAsyncEnumerator();
        ValueTask<bool> first = stream.MoveNextAsync();
        var done = new TaskCompletionSource();
        bench.Client.On("done", _ =>
        {
            done.SetResult();
            return default;
        });
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["n",0]""");
        Assert.True(await first.AsTask().Within());
        for (int i = 1; i < 10; i++)
        {
            wire.Say($"""42["n",{i}]""");
        }

        wire.Say("""42["done"]""");
        await done.Task.Within();
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(8, stream.Current);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(9, stream.Current);
    }

    [Fact]
    public async Task When_too_many_events_wait_nothing_is_read_and_a_handler_that_asks_is_told_at_once()
    {
        await using var bench = new ClientBench(options => options.MaxQueuedEvents = 2);
        var asked = new TaskCompletionSource<Exception?>();
        var seen = new List<int>();
        var mayAsk = new TaskCompletionSource();
        bench.Client.On(s_number, async number =>
        {
            seen.Add(number);
            if (number == 0)
            {
                await mayAsk.Task;
                asked.SetResult(await Record.ExceptionAsync(() => bench.Client.EmitWithAckAsync("ask").AsTask()));
            }
        });
        FakeWire wire = await bench.ConnectAsync();
        for (int i = 0; i < 6; i++)
        {
            wire.Say($"""42["n",{i}]""");
        }

        mayAsk.SetResult();

        Assert.IsType<ReadingStoppedException>(await asked.Task.Within());
        await Bounded.UntilAsync(() => seen.Count == 6, "everything is handled");
        Assert.Equal(Enumerable.Range(0, 6), seen);
        Assert.Equal(ClientState.Connected, bench.Client.State);
    }

    [Fact]
    public async Task While_nothing_is_read_a_silent_server_is_no_lost_server()
    {
        await using var bench = new ClientBench(options => options.MaxQueuedEvents = 1);
        var hold = new TaskCompletionSource();
        bench.Client.On(s_number, async _ => await hold.Task);
        FakeWire wire = await bench.ConnectAsync();
        for (int i = 0; i < 4; i++)
        {
            wire.Say($"""42["n",{i}]""");
        }

        await bench.Time.WhenWaitedForAsync(WatchedTime.Stopped);
        bench.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ClientState.Connected, bench.Client.State);

        hold.SetResult();
        wire.Say("2");
        Assert.Equal("3", await wire.SentAsync());
    }

    [Fact]
    public async Task A_handler_may_end_its_client()
    {
        var bench = new ClientBench();
        var done = new TaskCompletionSource();
        bench.Client.On(s_number, async _ =>
        {
            await bench.Client.DisposeAsync();
            done.SetResult();
        });
        FakeWire wire = await bench.ConnectAsync();

        wire.Say("""42["n",1]""");

        await done.Task.Within();
        Assert.Equal(ClientState.Disconnected, bench.Client.State);
    }
}
