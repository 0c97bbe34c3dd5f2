namespace Realtime.Checker.Tests;

/// <summary>Memberships of which several logs tell.</summary>
public sealed class MembershipTests
{
    [Fact]
    public void A_join_and_its_leave_may_stand_in_the_logs_of_two_nodes()
    {
        LogRecord[] sends = [.. new Story().Sent("m1", "lobby").Sent("m2", "lobby").Sent("m3", "lobby").Records];
        LogRecord[] client = [Records.Connect("ann", "A"), Records.Recv("ann", "A", "s-lobby", 1, "m1", "h-m1"), Records.Quiet()];
        LogFile later = new("n1", [Records.Leave("A", "lobby", "s-lobby", 1)]), earlier = new("n2", [.. sends, Records.Join("A", "lobby", "s-lobby", 0)]);

        CheckResult result = DeliveryChecker.Check([new LogFile("client", client), later, earlier]);

        Assert.True(result.Passed, result.First?.ToString());
        Assert.Equal(1, result.Tally.Expected);
    }

    [Fact]
    public void What_lies_between_a_leave_and_the_next_join_is_not_for_the_member()
    {
        Story story = new Story().Enter("ann", "A").Joined("A", "lobby").Sent("m1", "lobby").Left("A", "lobby").Sent("m2", "lobby").Joined("A", "lobby").Sent("m3", "lobby")
            .Got("ann", "A", "lobby", 1, "m1").Got("ann", "A", "lobby", 3, "m3").Quiet();
        story.IsClean();
        story.Got("ann", "A", "lobby", 2, "m2").Violates("I15");
        story.Records.RemoveAll(record => record.Kind == RecordKind.Recv && record.Id == "m3");
        story.Violates("I1", "m3");
    }

    [Fact]
    public void A_leave_and_a_join_at_the_same_place_leave_nothing_out()
    {
        Story story = new Story().Enter("ann", "A").Joined("A", "lobby").Sent("m1", "lobby").Left("A", "lobby").Joined("A", "lobby").Sent("m2", "lobby").Left("A", "lobby").Sent("m3", "lobby").Quiet();
        story.Violates("I1", "m1");
        story.Got("ann", "A", "lobby", 1, "m1").Violates("I1", "m2");
        story.Got("ann", "A", "lobby", 2, "m2").IsClean();
    }

    [Fact]
    public void A_leave_that_a_killed_node_did_not_write_down_takes_the_certainty_away()
    {
        Story story = new Story().Enter("ann", "A").Joined("A", "lobby").Sent("m1", "lobby").Sent("m2", "lobby").Joined("A", "lobby").Sent("m3", "lobby").Got("ann", "A", "lobby", 1, "m1").Got("ann", "A", "lobby", 3, "m3").Quiet();
        story.Violates("I7", "m2");
        story.Add(Records.CrashOfNode("n1")).IsClean();
    }

    [Fact]
    public void A_room_that_goes_on_as_another_stream_is_one_membership_after_the_other()
    {
        Story story = new Story().Enter("ann", "A").Joined("A", "lobby").Sent("m1", "lobby").Sent("m2", "lobby")
            .Add(Records.Join("A", "lobby", "new", 0) with { Old = "s-lobby", To = 2 }).Add(Records.Send("m3", "h-m3", null, "lobby")).Add(Records.Ack("m3", "lobby", "new", 1))
            .Got("ann", "A", "lobby", 1, "m1").Add(Records.Recv("ann", "A", "new", 1, "m3", "h-m3")).Quiet();
        story.Violates("I1", "m2");
        story.Got("ann", "A", "lobby", 2, "m2").IsClean();
    }
}
