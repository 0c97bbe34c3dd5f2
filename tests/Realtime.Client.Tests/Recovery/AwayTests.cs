using Realtime.Client.Reconnecting;
using Realtime.Client.States;
using Realtime.Contracts;
using static Realtime.Client.Tests.Recovery.RecoveryBench;

namespace Realtime.Client.Tests.Recovery;

/// <summary>The row of docs/protocol/recovery.md about a server that stops.</summary>
public sealed class AwayTests
{
    [Fact]
    public async Task A_client_that_is_told_to_stay_away_comes_back_no_earlier_counted_from_the_loss()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:away",{"after":5000}]""");
        await bench.SeeNothingAsync(wire);
        bench.Time.Advance(3 * Second);
        Assert.Equal(ClientState.Connected, bench.Client.State);

        wire.Close();

        StateChange lost = await bench.Bench.NextAsync(ClientState.Reconnecting);
        Assert.Equal((ClientCloseReason.TransportClose, 1, 5 * Second), (lost.Reason, lost.Attempt, lost.Delay));
        await bench.Time.WhenWaitedForAsync(5 * Second);
        bench.Time.Advance((5 * Second) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, bench.Bench.Server.Attempts);
        bench.Time.Advance(TimeSpan.FromMilliseconds(1));
        FakeWire next = await bench.Bench.Server.NextAsync();
        await next.SentAsync();
        next.Say(Granted(recovered: true));
        await bench.Bench.NextAsync(ClientState.Connected);
        Assert.True(bench.Client.IsRecovered);
    }

    [Fact]
    public async Task It_holds_for_one_loss_and_one_attempt()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:away",{"after":5000}]""");
        wire.Close();
        await bench.Bench.NextAsync(ClientState.Reconnecting);
        bench.Bench.Server.Refuses = ClientCloseReason.TransportError;
        await bench.Bench.PassAsync(5 * Second);
        await bench.Bench.NextAsync(ClientState.Reconnecting);
        Assert.Equal(2 * Second, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Delay);
        bench.Bench.Server.Refuses = null;
        await bench.Bench.PassAsync(2 * Second);
        FakeWire next = await bench.Bench.Server.NextAsync();
        await next.SentAsync();
        next.Say(Granted(recovered: true));
        await bench.Bench.NextAsync(ClientState.Connected);

        next.Close();

        Assert.Equal(Second, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Delay);
    }

    [Fact]
    public async Task A_hint_ends_the_wait()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:away",{"after":5000}]""");
        wire.Close();
        await bench.Time.WhenWaitedForAsync(5 * Second);

        bench.Client.RetryNow();

        Assert.StartsWith("40{", await (await bench.Bench.Server.NextAsync()).SentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"after":250}""", 1_000)] // the policy wants longer
    [InlineData("""{"after":1500.5}""", 1_500.5)]
    [InlineData("""{"after":1e300}""", 60_000)] // no server says more
    [InlineData("""{"after":-5000}""", 1_000)]
    [InlineData("""{"after":"5000"}""", 1_000)]
    [InlineData("""{}""", 1_000)]
    [InlineData("5000", 1_000)]
    public async Task What_the_server_says_is_the_least_and_nonsense_is_nothing(string argument, double milliseconds)
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say($"""42["$rt:away",{argument}]""");

        wire.Close();

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), (await bench.Bench.NextAsync(ClientState.Reconnecting)).Delay);
    }

    [Fact]
    public async Task A_notice_without_an_argument_is_nothing()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:away"]""");
        await bench.SeeNothingAsync(wire);
    }

    [Theory]
    [InlineData(4000, 7000)]
    [InlineData(7000, 4000)]
    public async Task Of_several_namespaces_the_longest_time_counts(int main, int admin)
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        Task joining = bench.Client.Of("/admin").ConnectAsync();
        await wire.SentAsync();
        wire.Say(Granted().Replace("40{", "40/admin,{", StringComparison.Ordinal));
        await joining.Within();
        wire.Say($$"""42["$rt:away",{"after":{{main}}}]""");
        wire.Say($$"""42/admin,["$rt:away",{"after":{{admin}}}]""");

        wire.Close();

        Assert.Equal(7 * Second, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Delay);
    }

    [Fact]
    public async Task Who_was_not_granted_the_extension_is_told_nothing_by_it()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.Bench.ConnectAsync();
        wire.Say("""42["$rt:away",{"after":5000}]""");

        wire.Close();

        Assert.Equal(Second, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Delay);
    }

    [Fact]
    public async Task Without_a_loss_it_means_nothing()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:away",{"after":5000}]""");
        await bench.SeeNothingAsync(wire);
        await bench.Client.DisconnectAsync().Within();

        FakeWire next = await bench.ConnectAsync(); // at once: no time has passed
        next.Break();

        Assert.Equal(Second, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Delay);
    }

    [Fact]
    public async Task A_policy_that_has_had_enough_is_not_overruled()
    {
        await using var bench = new RecoveryBench(policy: new NoReconnect());
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:away",{"after":5000}]""");

        wire.Close();

        Assert.Equal(ClientCloseReason.TransportClose, (await bench.Bench.NextAsync(ClientState.Disconnected)).Reason);
    }
}
