using Realtime.Contracts;
using static Realtime.Client.Tests.Recovery.RecoveryBench;

namespace Realtime.Client.Tests.Recovery;

/// <summary>How the server learns what it may forget.</summary>
public sealed class PositionReportTests
{
    [Fact]
    public async Task Positions_are_told_after_64_events()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["$rt:at","t:7"]""");
        for (int i = 1; i < 64; i++)
        {
            wire.Say($"""42["x","s:{i}"]""");
        }

        await bench.SeeAsync(63);
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
        wire.Say("""42["x","t:8"]""");
        Assert.Equal("""42["$rt:pos",{"s":63,"t":8}]""", await wire.SentAsync());
    }

    [Fact]
    public async Task Positions_are_told_5_s_after_an_event_at_the_latest_and_only_those_that_have_changed()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["x","s:1"]""");
        await bench.SeeAsync(1);
        await bench.SeeNothingAsync(wire); // the delay begins behind the handler
        bench.Time.Advance(TimeSpan.FromSeconds(4));
        wire.Say("""42["x","s:2"]""");
        await bench.SeeAsync(1);
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
        bench.Time.Advance(Second);
        Assert.Equal("""42["$rt:pos",{"s":2}]""", await wire.SentAsync());
        wire.Say("""42["$rt:at","t:0"]""");
        wire.Say("""42["y","t:1"]""");
        await bench.SeeAsync(1);
        await bench.SeeNothingAsync(wire);
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("""42["$rt:pos",{"t":1}]""", await wire.SentAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
    }

    [Fact]
    public async Task A_stream_that_has_ended_is_not_told_of()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["x","s:1"]""");
        wire.Say("""42["$rt:end","s"]""");
        await bench.SeeAsync(1);
        await bench.SeeNothingAsync(wire);
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
    }

    [Fact]
    public async Task Reports_that_cannot_go_out_become_one()
    {
        await using var bench = new RecoveryBench(options => options.Recovery.ReportInterval = 1);
        FakeWire wire = await bench.ConnectAsync();
        wire.Block(true);
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["$rt:at","t:0"]""");
        wire.Say("""42["x","s:1"]""");
        await Bounded.UntilAsync(() => bench.Unseen == 1 && bench.Client.Socket.BufferedBytes == 0, "the first is on its way");
        wire.Say("""42["x","t:1"]""");
        for (int i = 2; i < 100; i++)
        {
            wire.Say($"""42["x","s:{i}"]""");
        }

        await bench.SeeAsync(100);
        await bench.SeeNothingAsync(wire);
        wire.Block(false);
        Assert.Equal("""42["$rt:pos",{"s":1}]""", await wire.SentAsync());
        Assert.Equal("""42["$rt:pos",{"s":99,"t":1}]""", await wire.SentAsync());
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
    }

    [Fact]
    public async Task What_was_not_told_on_one_connection_is_told_by_the_CONNECT_of_the_next()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["x","s:1"]""");
        await bench.SeeAsync(1);
        (wire, string connect) = await bench.ReconnectAsync(wire);
        Assert.Contains("""{"s":1}""", connect, StringComparison.Ordinal);
        wire.Say(Granted(recovered: true));
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        await bench.SeeNothingAsync(wire);
        Assert.False(wire.HasSent);
    }
}
