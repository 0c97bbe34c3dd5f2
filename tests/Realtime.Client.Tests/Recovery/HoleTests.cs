using static Realtime.Client.Tests.Recovery.RecoveryBench;

namespace Realtime.Client.Tests.Recovery;

/// <summary>What the client does about holes in streams.</summary>
public sealed class HoleTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task A_hole_is_asked_for_once_after_a_short_random_time()
    {
        var delays = new HashSet<TimeSpan>();
        for (int run = 0; run < 10; run++)
        {
            await using var bench = new RecoveryBench();
            FakeWire wire = await bench.ConnectAsync();
            wire.Say("""42["$rt:at","s:4"]""");
            wire.Say("""42["c","s:7"]""");
            TimeSpan delay = await bench.Time.WhenWaitedForAsync(s_tick, TimeSpan.FromMilliseconds(200));
            delays.Add(delay);
            bench.Time.Advance(delay - s_tick);
            await bench.SeeNothingAsync(wire);
            Assert.False(wire.HasSent);
            bench.Time.Advance(s_tick);
            Assert.Equal("""420["$rt:resend","s",5,6]""", await wire.SentAsync());

            wire.Say("""430[{"sent":2}]""");
            wire.Say("""42["b","s:6"]""");
            bench.Time.Advance(s_timeout - s_tick);
            wire.Say("""42["a","s:5"]""");
            Assert.Equal(["a  s:5", "b  s:6", "c  s:7"], await bench.SeeAsync(3));
            bench.Time.Advance(2 * s_timeout);
            Assert.Contains("$rt:pos", await wire.SentAsync(), StringComparison.Ordinal);
            await bench.SeeNothingAsync(wire);
            Assert.False(wire.HasSent);
        }

        Assert.True(delays.Count > 1, "the delay is random");
    }

    [Fact]
    public async Task What_has_only_been_overtaken_is_not_asked_for()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["b","s:6"]""");
        wire.Say("""42["a","s:5"]""");
        Assert.Equal(["a  s:5", "b  s:6"], await bench.SeeAsync(2));
        bench.Time.Advance(Second);
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
    }

    [Fact]
    public async Task What_is_gone_is_a_gap_and_the_rest_is_waited_for()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await OpenHoleAsync(bench);
        wire.Say("""430[{"gone":{"from":4,"to":5},"sent":1}]""");
        Assert.Equal(["gap s 5-5"], await bench.SeeAsync(1));
        wire.Say("""42["b","s:6"]""");
        Assert.Equal(["b  s:6", "c  s:7"], await bench.SeeAsync(2));
    }

    [Fact]
    public async Task After_an_error_all_of_it_is_gone()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await OpenHoleAsync(bench);
        wire.Say("""430[{"error":{"code":"rate_limited","message":"later"}}]""");
        Assert.Equal(["gap s 5-6", "c  s:7"], await bench.SeeAsync(2));
    }

    [Theory]
    [InlineData("""430[{"sent":2}]""")]
    [InlineData("""430[]""")]
    [InlineData(null)]
    public async Task What_does_not_come_in_time_is_a_gap(string? answer)
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await OpenHoleAsync(bench);
        if (answer is not null)
        {
            wire.Say(answer);
        }

        await bench.SeeNothingAsync(wire);
        bench.Time.Advance(s_timeout - s_tick);
        await bench.SeeNothingAsync(wire);
        bench.Time.Advance(s_tick);
        Assert.Equal(["gap s 5-6", "c  s:7"], await bench.SeeAsync(2));
        wire.Say("""42["late","s:5"]""");
        wire.Say("""42["d","s:8"]""");
        Assert.Equal(["d  s:8"], await bench.SeeAsync(1));
    }

    [Fact]
    public async Task What_comes_gives_the_rest_its_time()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await OpenHoleAsync(bench);
        bench.Time.Advance(s_timeout - s_tick);
        wire.Say("""42["a","s:5"]""");
        Assert.Equal(["a  s:5"], await bench.SeeAsync(1));
        await bench.Time.WhenWaitedForAsync(s_timeout);
        bench.Time.Advance(s_timeout - s_tick);
        wire.Say("""42["b","s:6"]""");
        Assert.Equal(["b  s:6", "c  s:7"], await bench.SeeAsync(2));
    }

    [Fact]
    public async Task No_more_than_256_are_asked_for_at_once()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["c","s:300"]""");
        bench.Time.Advance(await bench.Time.WhenWaitedForAsync(s_tick, TimeSpan.FromMilliseconds(200)));
        Assert.Equal("""420["$rt:resend","s",1,256]""", await wire.SentAsync());
        wire.Say("""430[{"gone":{"from":1,"to":256},"sent":0}]""");
        Assert.Equal(["gap s 1-256"], await bench.SeeAsync(1));
        bench.Time.Advance(await bench.Time.WhenWaitedForAsync(s_tick, TimeSpan.FromMilliseconds(200)));
        Assert.Equal("""421["$rt:resend","s",257,299]""", await wire.SentAsync());
    }

    [Fact]
    public async Task Each_stream_has_its_own_holes()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await OpenHoleAsync(bench);
        bench.Time.Advance(4 * Second);
        wire.Say("""42["$rt:at","t:0"]""");
        wire.Say("""42["y","t:2"]""");
        bench.Time.Advance(await bench.Time.WhenWaitedForAsync(s_tick, TimeSpan.FromMilliseconds(200)));
        Assert.Equal("""421["$rt:resend","t",1,1]""", await wire.SentAsync());
        bench.Time.Advance(Second);
        Assert.Equal(["gap s 5-6", "c  s:7"], await bench.SeeAsync(2));
        await bench.SeeNothingAsync(wire);
        bench.Time.Advance(4 * Second);
        Assert.Equal(["gap t 1-1", "y  t:2"], await bench.SeeAsync(2));
    }

    [Fact]
    public async Task A_reconnect_forgets_holes_because_everything_comes_again()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await OpenHoleAsync(bench);
        wire = await bench.ResumeAsync(wire);
        bench.Time.Advance(s_timeout);
        await bench.SeeNothingAsync(wire);
        foreach (int offset in new[] { 5, 6, 7 })
        {
            wire.Say($"""42["x","s:{offset}"]""");
        }

        Assert.Equal(["x  s:5", "x  s:6", "x  s:7"], await bench.SeeAsync(3));
        Assert.False(wire.HasSent);
    }

    [Fact]
    public async Task While_nothing_is_read_time_does_not_count()
    {
        await using var bench = new RecoveryBench(options => options.MaxQueuedEvents = 1);
        FakeWire wire = await bench.ConnectAsync();
        var go = new TaskCompletionSource();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["c","s:7"]""");
        bench.Time.Advance(await bench.Time.WhenWaitedForAsync(s_tick, TimeSpan.FromMilliseconds(200)));
        await wire.SentAsync();
        bench.BeforeEach = _ => go.Task;
        for (int i = 0; i < 3; i++)
        {
            wire.Say("""42["full","~0"]"""); // one is handled, one waits, and for one there is no room
        }

        await bench.Time.WhenWaitedForAsync(WatchedTime.Stopped);
        wire.Say("""42["a","s:5"]""");
        wire.Say("""42["b","s:6"]""");
        bench.Time.Advance(2 * s_timeout);
        go.SetResult();
        Assert.Equal(["full  -", "full  -", "full  -", "a  s:5", "b  s:6", "c  s:7"], await bench.SeeAsync(6));
    }

    /// <summary>5 and 6 are missing, 7 waits, and the server was asked.</summary>
    private static async Task<FakeWire> OpenHoleAsync(RecoveryBench bench)
    {
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["c","s:7"]""");
        bench.Time.Advance(await bench.Time.WhenWaitedForAsync(s_tick, TimeSpan.FromMilliseconds(200)));
        Assert.Equal("""420["$rt:resend","s",5,6]""", await wire.SentAsync());
        await bench.Time.WhenWaitedForAsync(s_timeout);
        return wire;
    }
}
