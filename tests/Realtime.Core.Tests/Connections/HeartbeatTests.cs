using Realtime.Core.Connections;

namespace Realtime.Core.Tests.Connections;

/// <summary>The arithmetic alone: no clock, no connection.</summary>
public sealed class HeartbeatTests
{
    private static readonly HeartbeatOptions s_defaults = new();
    private static readonly HeartbeatOptions s_node = new() { Timeout = Seconds(20), MaxMissed = 1 };

    [Fact]
    public void Pings_at_25_misses_at_30_pings_at_50_and_cuts_at_55() =>
        Assert.Equal("ping 25, wait 30, ping 50, cut 55", Follow(new Heartbeat(s_defaults, TimeSpan.Zero)));

    [Fact]
    public void In_Nodes_way_it_pings_at_25_and_cuts_at_45() =>
        Assert.Equal("ping 25, cut 45", Follow(new Heartbeat(s_node, TimeSpan.Zero)));

    [Fact]
    public void Three_misses_take_three_pings() =>
        Assert.Equal("ping 25, wait 30, ping 50, wait 55, ping 75, cut 80", Follow(new Heartbeat(new HeartbeatOptions { MaxMissed = 3 }, TimeSpan.Zero)));

    [Fact]
    public void A_pong_starts_the_count_again()
    {
        var heartbeat = new Heartbeat(s_defaults, TimeSpan.Zero);
        Assert.Equal(HeartbeatAction.Ping, heartbeat.Check(Seconds(25)));
        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(30)));
        Assert.Equal(HeartbeatAction.Ping, heartbeat.Check(Seconds(50)));
        heartbeat.OnPong(Seconds(54));

        Assert.Equal("ping 79, wait 84, ping 104, cut 109", Follow(heartbeat));
    }

    [Fact]
    public void The_next_ping_is_counted_from_the_pong()
    {
        var heartbeat = new Heartbeat(s_defaults, TimeSpan.Zero);
        heartbeat.Check(Seconds(25));
        heartbeat.OnPong(Seconds(27));

        Assert.Equal(Seconds(52), heartbeat.Due);
        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(51.9)));
        Assert.Equal(HeartbeatAction.Ping, heartbeat.Check(Seconds(52)));
    }

    [Fact]
    public void A_late_look_does_not_move_what_follows()
    {
        var heartbeat = new Heartbeat(s_defaults, TimeSpan.Zero);
        Assert.Equal(HeartbeatAction.Ping, heartbeat.Check(Seconds(25.8)));
        Assert.Equal(Seconds(30), heartbeat.Due);
        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(30.7)));
        Assert.Equal(Seconds(50), heartbeat.Due);
    }

    [Fact]
    public void Traffic_grants_the_ping_that_is_out_one_more_timeout_once()
    {
        var heartbeat = new Heartbeat(s_node, TimeSpan.Zero);
        heartbeat.Check(Seconds(25));
        heartbeat.OnTraffic(Seconds(40));
        heartbeat.OnTraffic(Seconds(59));

        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(45)));
        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(59.9)));
        Assert.Equal(HeartbeatAction.Cut, heartbeat.Check(Seconds(60)));
    }

    [Fact]
    public void Traffic_before_the_ping_grants_nothing()
    {
        var heartbeat = new Heartbeat(s_node, TimeSpan.Zero);
        heartbeat.OnTraffic(Seconds(24));

        Assert.Equal("ping 25, cut 45", Follow(heartbeat));
    }

    [Fact]
    public void Each_ping_can_be_extended_anew()
    {
        var heartbeat = new Heartbeat(s_defaults, TimeSpan.Zero);
        heartbeat.Check(Seconds(25));
        heartbeat.OnTraffic(Seconds(29));
        Assert.Equal(Seconds(34), heartbeat.Due);
        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(34)));
        Assert.Equal(HeartbeatAction.Ping, heartbeat.Check(Seconds(50)));
        heartbeat.OnTraffic(Seconds(54));

        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(58)));
        Assert.Equal(HeartbeatAction.Cut, heartbeat.Check(Seconds(59)));
    }

    [Fact]
    public void After_an_extension_it_still_asks_for_a_time_to_come_and_grants_a_full_timeout()
    {
        // The longest timeout that the options allow with two misses: the extended deadline lies behind the next ping.
        var heartbeat = new Heartbeat(new HeartbeatOptions { Timeout = Seconds(25) }, TimeSpan.Zero);
        heartbeat.Check(Seconds(25));
        heartbeat.OnTraffic(Seconds(45));
        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(50)));
        Assert.True(heartbeat.Due > Seconds(50), "It would be asked again at every tick.");

        string rest = Follow(heartbeat);
        Assert.Equal("wait 70, ping 75, cut 100", rest);
    }

    [Fact]
    public void While_reading_is_suspended_nothing_is_missed()
    {
        var heartbeat = new Heartbeat(s_defaults, TimeSpan.Zero);
        Assert.Equal(HeartbeatAction.Ping, heartbeat.Check(Seconds(25)));
        heartbeat.SetSuspended(true, Seconds(26));

        for (int second = 27; second < 300; second++)
        {
            // Asked all the same, because writing shows when nobody is there any more.
            Assert.Equal(second % 25 == 0 ? HeartbeatAction.Ping : HeartbeatAction.Wait, heartbeat.Check(Seconds(second)));
        }

        heartbeat.SetSuspended(false, Seconds(300));
        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(303.9)));
        heartbeat.OnPong(Seconds(303.9));
        Assert.Equal(Seconds(328.9), heartbeat.Due);
    }

    [Fact]
    public void After_a_suspension_the_rest_of_the_timeout_is_left()
    {
        var heartbeat = new Heartbeat(s_node, TimeSpan.Zero);
        heartbeat.Check(Seconds(25));
        heartbeat.SetSuspended(true, Seconds(35));
        heartbeat.Check(Seconds(45));
        heartbeat.SetSuspended(false, Seconds(60));

        Assert.Equal(HeartbeatAction.Wait, heartbeat.Check(Seconds(69.9)));
        Assert.Equal(HeartbeatAction.Cut, heartbeat.Check(Seconds(70)));
    }

    [Fact]
    public void An_upgrade_forgives_the_ping_that_is_out()
    {
        var heartbeat = new Heartbeat(s_node, TimeSpan.Zero);
        heartbeat.Check(Seconds(25));
        heartbeat.OnUpgrade();

        Assert.Equal("ping 50, cut 70", Follow(heartbeat));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    // Asks exactly when it wants to be asked, until it gives up.
    private static string Follow(Heartbeat heartbeat)
    {
        var steps = new List<string>();
        HeartbeatAction action = HeartbeatAction.Wait;
        for (int i = 0; i < 20 && action != HeartbeatAction.Cut; i++)
        {
            TimeSpan due = heartbeat.Due;
            action = heartbeat.Check(due);
            steps.Add(System.FormattableString.Invariant($"{action} {due.TotalSeconds}").ToLowerInvariant());
        }

        return string.Join(", ", steps);
    }
}
