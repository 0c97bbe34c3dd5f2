using Realtime.Client.States;
using Realtime.Contracts;
using static Realtime.Client.Tests.Recovery.RecoveryBench;

namespace Realtime.Client.Tests.Recovery;

/// <summary>The rows of docs/protocol/recovery.md from server to client.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Positions_and_marks_are_taken_off_and_nothing_else_is()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["a",{"x":"s:9"},"s:1"]""");
        wire.Say("""42["a","s:99999","~7"]"""); // text of another user
        wire.Say("""42["a","~1","s:2"]""");
        wire.Say("""42["a","s:3"]""");
        wire.Say("""427["a","s:4"]"""); // who asks for an answer does not number
        wire.Say("""42["a",",\"","s:4"]""");

        Assert.Equal(
            ["""a {"x":"s:9"} s:1""", """a "s:99999" -""", """a "~1" s:2""", "a  s:3", """a "s:4" -""", """a ",\"" s:4"""],
            await bench.SeeAsync(6));
    }

    [Fact]
    public async Task An_event_with_attachments_is_numbered_like_any_other()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        var picture = new TaskCompletionSource<byte[]>();
        bench.Client.On("picture", context =>
        {
            picture.SetResult(context.Get<byte[]>());
            return default;
        });
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""451-["picture",{"_placeholder":true,"num":0},"s:2"]"""); // held, with its bytes
        wire.Say([1, 2, 3]);
        await bench.SeeNothingAsync(wire);
        wire.Say("""42["a","s:1"]""");

        Assert.Equal([1, 2, 3], await picture.Task.Within());
        Assert.Equal(["a  s:1", """picture {"_placeholder":true,"num":0} s:2"""], await bench.SeeAsync(2));
    }

    [Theory]
    [InlineData("""42["a"]""")]
    [InlineData("""42["s:1"]""")]
    [InlineData("""42["a",1]""")]
    [InlineData("""42["a", "s:1"]""")]
    [InlineData("""42["a",["s:1"]]""")]
    [InlineData("""42["a","s:0"]""")]
    [InlineData("""42["a","s:01"]""")]
    [InlineData("""42["a","text"]""")]
    [InlineData("""42["a","\u0073:1"]""")]
    [InlineData("""42["a","t:1"]""")]
    [InlineData("""42["$rt:skip","t:1"]""")]
    [InlineData("""42["$rt:gap","t",1,2]""")]
    [InlineData("""42["$rt:at"]""")]
    [InlineData("""42["$rt:at","s"]""")]
    [InlineData("""42["$rt:at","n:0","s"]""")]
    [InlineData("""42["$rt:at","n:0","s","x"]""")]
    [InlineData("""42["$rt:end",5]""")]
    [InlineData("""42["$rt:end","much-too-long"]""")]
    [InlineData("""42["$rt:skip"]""")]
    [InlineData("""42["$rt:gap","s",0,2]""")]
    [InlineData("""42["$rt:gap","s",2,1]""")]
    [InlineData("""42["$rt:gap","s",1.5,2]""")]
    public async Task What_breaks_the_protocol_makes_the_client_come_back_with_its_positions(string message)
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say(message);
        wire.Say("""42["late","s:1"]""");

        Assert.Equal(ClientCloseReason.ParseError, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Reason);
        await bench.Bench.PassAsync(Second);
        wire = await bench.Bench.Server.NextAsync();
        Assert.Equal("""40{"pid":"p1","$realtime":{"v":1,"try":2,"positions":{"s":0}}}""", await wire.SentAsync());
        wire.Say(Granted(recovered: true));
        wire.Say("""42["a","s:1"]""");
        Assert.Equal(["a  s:1"], await bench.SeeAsync(1));
    }

    [Fact]
    public async Task Nothing_comes_twice_and_nothing_comes_before_what_is_missing()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["$rt:at","t:0"]""");
        foreach (string message in new[] { """["a","s:4"]""", """["b","s:5"]""", """["b","s:5"]""", """["e","s:8"]""", """["e","s:8"]""", """["x","t:1"]""", """["d","s:7"]""", """["c","s:6"]""", """["d","s:7"]""", """["f","s:9"]""" })
        {
            wire.Say($"42{message}");
        }

        Assert.Equal(["b  s:5", "x  t:1", "c  s:6", "d  s:7", "e  s:8", "f  s:9"], await bench.SeeAsync(6));
        await bench.SeeNothingAsync(wire);
    }

    [Fact]
    public async Task A_stream_that_is_announced_again_is_set_to_its_new_place()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["$rt:at","s:9"]""");
        wire.Say("""42["a","s:9"]""");
        wire.Say("""42["b","s:10"]""");
        Assert.Equal(["b  s:10"], await bench.SeeAsync(1));
    }

    [Theory]
    [InlineData("1050", "gap s 1043-1050")]
    [InlineData("1042", null)]
    [InlineData("null", "gap s 1043-?")]
    public async Task A_stream_that_goes_on_as_another_has_a_gap_up_to_its_last_offset(string last, string? gap)
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:1042"]""");
        wire.Say($"""42["$rt:at","n:0","s",{last}]""");
        wire.Say("""42["a","n:1"]""");

        Assert.Equal(gap is null ? ["a  n:1"] : [gap, "a  n:1"], await bench.SeeAsync(gap is null ? 1 : 2));
        (_, string connect) = await bench.ReconnectAsync(wire);
        Assert.Contains("""{"n":1}""", connect, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_has_ended_is_forgotten()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["c","s:7"]""");
        wire.Say("""42["$rt:end","s"]""");
        wire.Say("""42["$rt:end","unknown"]""");
        Assert.Equal(["gap s 5-6", "c  s:7"], await bench.SeeAsync(2));
        await bench.SeeNothingAsync(wire);
        (_, string connect) = await bench.ReconnectAsync(wire);
        Assert.Contains("""{"v":1,"try":2,"positions":{},"ended":{"s":7}}""", connect, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_skipped_is_no_hole()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["c","s:3"]""");
        wire.Say("""42["$rt:skip","s:5"]""");
        wire.Say("""42["d","s:6"]""");
        Assert.Equal(["c  s:3", "d  s:6"], await bench.SeeAsync(2));
    }

    [Fact]
    public async Task What_is_lost_is_reported_in_its_place()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["d","s:5"]""");
        wire.Say("""42["$rt:gap","s",2,4]""");
        await bench.SeeNothingAsync(wire);
        wire.Say("""42["a","s:1"]""");
        Assert.Equal(["a  s:1", "gap s 2-4", "d  s:5"], await bench.SeeAsync(3));
    }

    [Fact]
    public async Task A_gap_is_told_in_line_with_the_handlers_and_an_observer_that_throws_hurts_nobody()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        var go = new TaskCompletionSource();
        bench.BeforeEach = _ => go.Task;
        bench.Client.Socket.Gap += _ => throw new InvalidOperationException("a mistake");
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["a","s:1"]""");
        wire.Say("""42["$rt:gap","s",2,4]""");
        wire.Say("""42["b","s:5"]""");
        wire.Say("2");
        Assert.Equal("3", await wire.SentAsync());
        Assert.Equal(0, bench.Unseen); // the handler before it still runs

        go.SetResult();

        Assert.Equal(["a  s:1", "gap s 2-4", "b  s:5"], await bench.SeeAsync(3));
    }

    [Fact]
    public async Task More_than_may_be_held_is_forgotten_and_asked_for_by_a_reconnect()
    {
        await using var bench = new RecoveryBench(options => options.Recovery.MaxHeldEvents = 2);
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["c","s:3"]""");
        wire.Say("""42["d","s:4"]""");
        wire.Say("""42["e","s:5"]""");
        Assert.Equal(ClientCloseReason.ParseError, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Reason);
        await bench.Bench.PassAsync(Second);
        wire = await bench.Bench.Server.NextAsync();
        Assert.Contains("""{"s":0}""", await wire.SentAsync(), StringComparison.Ordinal);
        wire.Say(Granted(recovered: true));
        for (int i = 1; i <= 5; i++)
        {
            wire.Say($"""42["x","s:{i}"]""");
        }

        Assert.Equal(["x  s:1", "x  s:2", "x  s:3", "x  s:4", "x  s:5"], await bench.SeeAsync(5));
    }

    [Fact]
    public async Task What_is_held_is_bounded_in_bytes_too()
    {
        await using var bench = new RecoveryBench(options => options.Recovery.MaxHeldBytes = 1024);
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""451-["c",{"_placeholder":true,"num":0},"s:3"]""");
        wire.Say(new byte[1024]);
        Assert.Equal(ClientCloseReason.ParseError, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Reason);
    }

    [Fact]
    public async Task A_server_that_announces_without_end_is_left()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        for (int i = 0; i < 4096; i++)
        {
            wire.Say($"""42["$rt:at","s{i}:0"]""");
        }

        wire.Say("""42["$rt:at","s7:4"]""");
        wire.Say("""42["a","s7:5"]""");
        Assert.Equal(["a  s7:5"], await bench.SeeAsync(1));
        wire.Say("""42["$rt:at","more:0"]""");
        Assert.Equal(ClientCloseReason.ParseError, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Reason);
        await bench.Bench.PassAsync(Second);
        wire = await bench.Bench.Server.NextAsync();
        Assert.Equal("""40{"$realtime":{"v":1,"try":2}}""", await wire.SentAsync()); // the session would only announce them again
        wire.Say(Granted(pid: "p2"));
        wire.Say("""42["$rt:at","more:0"]""");
        wire.Say("""42["a","more:1"]""");
        Assert.Equal(["a  more:1"], await bench.SeeAsync(1));
    }

    [Fact]
    public async Task What_the_application_was_not_handed_does_not_count()
    {
        await using var bench = new RecoveryBench(options => options.MaxQueuedEvents = 1);
        FakeWire wire = await bench.ConnectAsync();
        var go = new TaskCompletionSource();
        var began = new TaskCompletionSource();
        bench.BeforeEach = _ =>
        {
            began.TrySetResult();
            return go.Task;
        };
        wire.Say("""42["$rt:at","s:0"]""");
        wire.Say("""42["x","s:1"]""");
        await began.Task.Within();
        wire.Say("""42["x","s:2"]"""); // waits for its handler
        wire.Say("""42["x","s:3"]"""); // waits for room, so nothing is read
        await bench.Time.WhenWaitedForAsync(WatchedTime.Stopped);

        wire.BreakWrites();
        await bench.Client.EmitAsync("noticed");
        await bench.Bench.NextAsync(ClientState.Reconnecting);
        await bench.Bench.PassAsync(Second);
        wire = await bench.Bench.Server.NextAsync();
        string connect = await wire.SentAsync();

        Assert.Contains("""{"s":2}""", connect, StringComparison.Ordinal);
        go.SetResult();
        wire.Say(Granted(recovered: true));
        wire.Say("""42["x","s:3"]""");
        Assert.Equal(["x  s:1", "x  s:2", "x  s:3"], await bench.SeeAsync(3));
    }
}
