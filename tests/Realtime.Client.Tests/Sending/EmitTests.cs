using System.Text;
using Realtime.Client.States;
using Realtime.Contracts;
using Realtime.Core.Acks;
using Realtime.Core.Protocol;

namespace Realtime.Client.Tests.Sending;

public sealed class EmitTests
{
    private static readonly RealtimeEvent<string, int> s_ask = new("ask");
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_answer_completes_its_await_and_no_other()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        Task<int> first = bench.Client.EmitAsync(s_ask, "a").AsTask();
        Task<int> second = bench.Client.EmitAsync(s_ask, "b").AsTask();
        Assert.Equal("""420["ask","a"]""", await wire.SentAsync());
        Assert.Equal("""421["ask","b"]""", await wire.SentAsync());

        wire.Say("431[2]");
        wire.Say("4399[3]");
        wire.Say("430[1]");
        wire.Say("430[9]");

        Assert.Equal((1, 2), (await first.Within(), await second.Within()));
    }

    [Fact]
    public async Task An_await_ends_with_its_timeout_by_default_and_a_late_answer_is_ignored()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        Task<int> asking = bench.Client.EmitAsync(s_ask, "a").AsTask();
        await wire.SentAsync();

        bench.Time.Advance(TimeSpan.FromSeconds(25));
        wire.Say("2");
        Assert.Equal("3", await wire.SentAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(asking.IsCompleted);
        bench.Time.Advance(TimeSpan.FromSeconds(0.1));

        await Assert.ThrowsAsync<AckTimeoutException>(() => asking.Within());
        wire.Say("430[1]");
        Task<int> next = bench.Client.EmitAsync(s_ask, "b").AsTask();
        Assert.Equal("""421["ask","b"]""", await wire.SentAsync());
        wire.Say("431[5]");
        Assert.Equal(5, await next.Within());
    }

    [Fact]
    public async Task What_went_out_fails_with_the_connection_and_what_waits_goes_out_on_the_next()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        Task<int> sent = bench.Client.EmitAsync(s_ask, "sent").AsTask();
        await wire.SentAsync();
        wire.Break();
        await Assert.ThrowsAsync<DisconnectedException>(() => sent.Within());
        await bench.NextAsync(ClientState.Reconnecting);
        Task<int> waiting = bench.Client.EmitAsync(s_ask, "waiting").AsTask();
        await bench.Client.EmitAsync("told", 1);
        Assert.True(bench.Client.Socket.BufferedBytes > 0);

        await bench.PassAsync(s_second);
        wire = await bench.Server.AcceptAsync();

        Assert.Equal("""421["ask","waiting"]""", await wire.SentAsync());
        Assert.Equal("""42["told",1]""", await wire.SentAsync());
        wire.Say("431[7]");
        Assert.Equal(7, await waiting.Within());
        Assert.Equal(0, bench.Client.Socket.BufferedBytes);
    }

    [Fact]
    public async Task What_is_cancelled_or_out_of_time_before_it_went_out_is_never_sent()
    {
        await using var bench = new ClientBench();
        using var patience = new CancellationTokenSource();
        Task<int> cancelled = bench.Client.EmitAsync(s_ask, "cancelled", patience.Token).AsTask();
        Task<int> late = bench.Client.WithTimeout(s_second).EmitAsync(s_ask, "late").AsTask();
        await bench.Client.EmitAsync("kept", 1);

        await patience.CancelAsync();
        bench.Time.Advance(s_second);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
        await Assert.ThrowsAsync<AckTimeoutException>(() => late.Within());

        FakeWire wire = await bench.ConnectAsync();
        Assert.Equal("""42["kept",1]""", await wire.SentAsync());
    }

    [Fact]
    public async Task The_end_of_the_client_ends_every_await()
    {
        var bench = new ClientBench(options => options.AckTimeout = Timeout.InfiniteTimeSpan);
        Task<int> never = bench.Client.Of("/never").EmitAsync(s_ask, "waiting").AsTask();
        FakeWire wire = await bench.ConnectAsync();
        Task<int> sent = bench.Client.EmitAsync(s_ask, "sent").AsTask();
        await wire.SentAsync();
        wire.Block(true);
        Task<int> stuck = bench.Client.EmitAsync(s_ask, "stuck").AsTask();
        Task connecting = bench.Client.Of("/other").ConnectAsync();

        Task disposing = bench.DisposeAsync().AsTask();
        bench.Time.Advance(TimeSpan.FromSeconds(5)); // the goodbye that the network does not take
        await Bounded.UntilAsync(() => { bench.Time.Advance(s_second); return disposing.IsCompleted; }, "it is disposed of");

        foreach (Task<int> asked in new[] { never, sent, stuck })
        {
            await Assert.ThrowsAsync<DisconnectedException>(() => asked.Within());
        }

        await Assert.ThrowsAsync<ConnectFailedException>(() => connecting.Within());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.Client.EmitAsync("x").AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.Client.EmitAsync(s_ask, "x").AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.Client.ConnectAsync());
        await bench.Client.DisposeAsync();
    }

    [Fact]
    public async Task A_disconnect_sends_what_waits_then_the_goodbye_and_ends_the_awaits()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        Task<int> asking = bench.Client.EmitAsync(s_ask, "a").AsTask();
        await bench.Client.EmitAsync("last", 1);

        await bench.Client.DisconnectAsync().Within();

        Assert.Equal(["""420["ask","a"]""", """42["last",1]""", "41", "closed"], new[] { await wire.SentAsync(), await wire.SentAsync(), await wire.SentAsync(), await wire.SentAsync() });
        await Assert.ThrowsAsync<DisconnectedException>(() => asking.Within());
    }

    [Fact]
    public async Task A_buffer_that_is_full_refuses_and_keeps_what_it_has()
    {
        await using var bench = new ClientBench(options => options.Buffer.MaxCount = 2);
        await bench.Client.EmitAsync("a");
        Task<int> second = bench.Client.EmitAsync(s_ask, "b").AsTask();

        await Assert.ThrowsAsync<EmitBufferFullException>(() => bench.Client.EmitAsync("c").AsTask());
        await Assert.ThrowsAsync<EmitBufferFullException>(() => bench.Client.EmitAsync(s_ask, "c").AsTask());

        FakeWire wire = await bench.ConnectAsync();
        Assert.Equal("""42["a"]""", await wire.SentAsync());
        Assert.Equal("""420["ask","b"]""", await wire.SentAsync());
        wire.Say("430[1]");
        Assert.Equal(1, await second.Within());
    }

    [Fact]
    public async Task A_buffer_is_bounded_in_bytes()
    {
        await using var bench = new ClientBench(options => options.Buffer.MaxBytes = 1024);
        await bench.Client.EmitAsync("a", new string('x', 900));

        await Assert.ThrowsAsync<EmitBufferFullException>(() => bench.Client.EmitAsync("b", new string('x', 200)).AsTask());
        await bench.Client.EmitAsync("c", 1);
        FakeWire wire = await bench.ConnectAsync();
        await wire.SentAsync();
        Assert.Equal("""42["c",1]""", await wire.SentAsync());
    }

    [Fact]
    public async Task A_buffer_that_drops_its_oldest_tells_who_awaits_it()
    {
        await using var bench = new ClientBench(options =>
        {
            options.Buffer.MaxCount = 2;
            options.Buffer.FullMode = EmitBufferFullMode.DropOldest;
        });
        Task<int> oldest = bench.Client.EmitAsync(s_ask, "a").AsTask();
        await bench.Client.EmitAsync("b");
        await bench.Client.EmitAsync("c");

        await Assert.ThrowsAsync<EmitBufferFullException>(() => oldest.Within());
        FakeWire wire = await bench.ConnectAsync();
        Assert.Equal(["""42["b"]""", """42["c"]"""], new[] { await wire.SentAsync(), await wire.SentAsync() });
    }

    [Fact]
    public async Task While_connected_a_slow_network_slows_the_emitter_down()
    {
        await using var bench = new ClientBench(options => options.Buffer.MaxCount = 4);
        FakeWire wire = await bench.ConnectAsync();
        wire.Block(true);
        Task emitting = Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                await bench.Client.EmitAsync("n", i);
            }
        });
        await Bounded.UntilAsync(() => bench.Client.Socket.BufferedBytes > 0, "something waits");
        Assert.False(emitting.IsCompleted);

        wire.Block(false);

        await emitting.Within();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal($"""42["n",{i}]""", await wire.SentAsync());
        }
    }

    [Fact]
    public async Task Those_who_wait_for_room_get_it_in_the_order_of_their_calls()
    {
        await using var bench = new ClientBench(options => options.Buffer.MaxCount = 4);
        FakeWire wire = await bench.ConnectAsync();
        wire.Block(true);
        Task[] emitting = [.. Enumerable.Range(0, 50).Select(i => bench.Client.EmitAsync("n", i).AsTask())];
        await Bounded.UntilAsync(() => bench.Client.Socket.BufferedBytes > 0, "something waits");

        wire.Block(false);

        await Task.WhenAll(emitting).Within();
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal($"""42["n",{i}]""", await wire.SentAsync());
        }
    }

    [Fact]
    public async Task One_who_stops_waiting_for_room_lets_nobody_pass()
    {
        await using var bench = new ClientBench(options => options.Buffer.MaxCount = 1);
        FakeWire wire = await bench.ConnectAsync();
        wire.Block(true);
        using var cancel = new CancellationTokenSource();
        var said = new RealtimeEvent<int>("n");
        Task[] emitting = [.. Enumerable.Range(0, 6).Select(i => bench.Client.EmitAsync(said, i, i == 3 ? cancel.Token : CancellationToken.None).AsTask())];
        await Bounded.UntilAsync(() => bench.Client.Socket.BufferedBytes > 0, "something waits");
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => emitting[3].Within());
        Assert.Equal([3], Enumerable.Range(0, 6).Where(i => i > 1 && emitting[i].IsCompleted));

        wire.Block(false);

        await Task.WhenAll(emitting.Where((_, i) => i != 3)).Within();
        foreach (int i in new[] { 0, 1, 2, 4, 5 })
        {
            Assert.Equal($"""42["n",{i}]""", await wire.SentAsync());
        }
    }

    [Fact]
    public async Task An_emitter_that_waits_for_room_is_told_when_the_connection_ends()
    {
        await using var bench = new ClientBench(options => options.Buffer.MaxCount = 1);
        FakeWire wire = await bench.ConnectAsync();
        wire.Block(true);
        var emits = new List<Task> { bench.Client.EmitAsync(s_ask, "x").AsTask() };
        await Bounded.UntilAsync(() => bench.Client.Socket.BufferedBytes == 0, "the first is on its way");
        for (int i = 0; i < 3; i++)
        {
            emits.Add(bench.Client.EmitAsync(s_ask, "x").AsTask());
        }

        wire.Break();

        // One was on its way, one waits for the next connection, and whoever waited for room learns that there will be none for now.
        await Bounded.UntilAsync(() => emits.Count(static emit => emit.Exception?.InnerException is EmitBufferFullException) == 2, "two are refused");
        await Bounded.UntilAsync(() => emits.Count(static emit => emit.Exception?.InnerException is DisconnectedException) == 1, "one was on its way");
    }

    [Fact]
    public async Task Volatile_events_are_dropped_unless_they_can_go_out_at_once()
    {
        await using var bench = new ClientBench();
        await bench.Client.Volatile.EmitAsync("before");
        await Assert.ThrowsAsync<DisconnectedException>(() => bench.Client.Volatile.EmitAsync(s_ask, "before").AsTask());
        FakeWire wire = await bench.ConnectAsync();
        await bench.Client.EmitAsync("normal");
        Assert.Equal("""42["normal"]""", await wire.SentAsync());
        await Bounded.UntilAsync(
            () =>
            {
                bench.Client.Volatile.EmitAsync("volatile").AsTask().GetAwaiter().GetResult();
                return wire.HasSent;
            },
            "the write before is over");
        Assert.Equal("""42["volatile"]""", await wire.SentAsync());
    }

    [Fact]
    public async Task A_refusal_of_a_server_of_ours_is_an_exception_and_any_other_answer_is_an_answer()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        var plain = new RealtimeEvent<int, Dictionary<string, object>>("plain");
        Task<int> refused = bench.Client.EmitAsync(s_ask, "a").AsTask();
        Task<Dictionary<string, object>> answered = bench.Client.EmitAsync(plain, 1).AsTask();
        Task<int> misfit = bench.Client.EmitAsync(s_ask, "b").AsTask();
        Task<int> empty = bench.Client.EmitAsync(s_ask, "c").AsTask();

        wire.Say("""430[{"error":{"code":"invalid_payload","message":"too long","member":"$.text"}}]""");
        wire.Say("""431[{"error":{"code":"mine","message":"of the application"},"more":1}]""");
        wire.Say("""432["text"]""");
        wire.Say("433[]");

        EmitRefusedException refusal = await Assert.ThrowsAsync<EmitRefusedException>(() => refused.Within());
        Assert.Equal(("invalid_payload", "$.text"), (refusal.RefusalCode, refusal.Member));
        Assert.Equal(2, (await answered.Within()).Count);
        await Assert.ThrowsAsync<InvalidPayloadException>(() => misfit.Within());
        await Assert.ThrowsAsync<InvalidPayloadException>(() => empty.Within());
    }

    [Fact]
    public async Task Untyped_answers_come_as_they_are()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        Task<EventArguments> asking = bench.Client.EmitWithAckAsync("any", 1, "two", null, new byte[] { 1, 2 }).AsTask();
        Assert.Equal("""451-0["any",1,"two",null,{"_placeholder":true,"num":0}]""", await wire.SentAsync());
        Assert.Equal("bAQI=", await wire.SentAsync());

        wire.Say("""461-0["x",{"_placeholder":true,"num":0}]""");
        wire.Say([7, 8, 9]);

        EventArguments answer = await asking.Within();
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(answer[0].Json.Span));
        Assert.True(answer[1].TryGetBinary(out ReadOnlyMemory<byte> bytes));
        Assert.Equal([7, 8, 9], bytes.ToArray());
    }

    [Fact]
    public async Task Listeners_see_what_goes_out()
    {
        await using var bench = new ClientBench();
        var seen = new List<string>();
        using IDisposable first = bench.Client.OnAnyOutgoing(_ => throw new InvalidOperationException("hurts nobody"));
        IDisposable listening = bench.Client.OnAnyOutgoing(sent => seen.Add($"{sent.Name} {Encoding.UTF8.GetString(sent.Payload.Data.Span)}"));
        await bench.Client.EmitAsync("a", 1);
        listening.Dispose();
        await bench.Client.EmitAsync("b", 2);

        Assert.Equal(["""a ["a",1]"""], seen);
    }

    [Fact]
    public async Task With_retries_an_event_is_sent_again_until_it_is_acknowledged_one_at_a_time()
    {
        await using var bench = new ClientBench(options =>
        {
            options.Retries = 2;
            options.AckTimeout = 3 * s_second;
        });
        FakeWire wire = await bench.ConnectAsync();
        Task first = bench.Client.EmitAsync("a").AsTask();
        Task<int> second = bench.Client.EmitAsync(s_ask, "b").AsTask();
        Assert.Equal("""420["a"]""", await wire.SentAsync());
        await bench.PassAsync(3 * s_second);
        Assert.Equal("""421["a"]""", await wire.SentAsync());
        wire.Break();
        await bench.PassAsync(s_second);
        wire = await bench.Server.AcceptAsync();
        Assert.Equal("""422["a"]""", await wire.SentAsync());
        wire.Say("432[]");
        await first.Within();

        for (int attempt = 3; attempt < 6; attempt++)
        {
            Assert.Equal($"42{attempt}[\"ask\",\"b\"]", await wire.SentAsync());
            await bench.PassAsync(3 * s_second);
        }

        await Assert.ThrowsAsync<AckTimeoutException>(() => second.Within());
    }

    [Fact]
    public async Task Reserved_names_are_refused()
    {
        await using var bench = new ClientBench();
        await Assert.ThrowsAsync<ArgumentException>(async () => await bench.Client.EmitAsync("connect"));
        await Assert.ThrowsAsync<ArgumentException>(async () => await bench.Client.EmitWithAckAsync("$rt:auth"));
        Assert.Throws<ArgumentException>(() => bench.Client.On("disconnect", _ => default));
    }
}
