namespace Realtime.Checker.Tests;

/// <summary>I1, I2, I3, I6, I7 and I8: what a member gets of a stream.</summary>
public sealed class DeliveryInvariantTests
{
    private static Story Three() => Story.OfTwo().Sent("m1", "lobby").Sent("m2", "lobby").Sent("m3", "lobby").Got("ann", "A", "lobby", 1, "m1").Got("ann", "A", "lobby", 2, "m2").Got("ann", "A", "lobby", 3, "m3");

    [Fact]
    public void What_everybody_gets_once_and_in_order_is_clean()
    {
        Story story = Three().Got("bob", "B", "lobby", 1, "m1").Got("bob", "B", "lobby", 2, "m2").Got("bob", "B", "lobby", 3, "m3").Quiet();
        story.IsClean();
        Assert.Equal("sent 3, expected 6, delivered 6, lost 0, duplicated 0, out of order 0, silent gaps 0", story.Check().Tally.ToString());
    }

    [Fact]
    public void The_last_message_of_a_quiet_room_is_missed()
    {
        Story story = Three().Got("bob", "B", "lobby", 1, "m1").Got("bob", "B", "lobby", 2, "m2").Quiet();
        story.Violates("I1", "B never received m3 at s-lobby:3", "run:10");
        Assert.Equal("sent 3, expected 6, delivered 5, lost 1, duplicated 0, out of order 0, silent gaps 0", story.Check().Tally.ToString());
        Assert.False(story.Check().Violates("I7"));
    }

    [Fact]
    public void A_member_that_gets_nothing_at_all_is_missed() => Three().Quiet().Violates("I1", "B never received m1");

    [Fact]
    public void What_may_still_be_on_its_way_is_not_lost() => Three().Got("bob", "B", "lobby", 1, "m1").IsClean();

    [Fact]
    public void Who_was_told_that_the_session_is_over_is_owed_nothing_more() =>
        Three().Got("bob", "B", "lobby", 1, "m1").Enter("bob", "B2", recovered: false).Quiet().IsClean();

    [Fact]
    public void Who_left_is_owed_what_came_before()
    {
        Story story = Story.OfTwo().Sent("m1", "lobby").Left("B", "lobby").Sent("m2", "lobby").Got("ann", "A", "lobby", 1, "m1").Got("ann", "A", "lobby", 2, "m2").Quiet();
        story.Violates("I1", "B never received m1");
        story.Got("bob", "B", "lobby", 1, "m1").IsClean();
    }

    [Fact]
    public void A_number_of_a_client_that_the_server_let_fall_is_a_loss()
    {
        LogRecord[] log = [Records.Send("x1", "h", "ann", []), Records.Send("x3", "h", "ann", []), Records.Handled("A", 1, "x1"), Records.Refused("A", 2), Records.Handled("A", 3, "x3")];
        Assert.True(DeliveryChecker.Check(log).Passed);
        Assert.Equal("I1", DeliveryChecker.Check([.. log.Where(record => record.Kind != RecordKind.Refused)]).First?.Invariant);
    }

    [Fact]
    public void A_hole_is_silent_when_a_later_one_is_handed_over()
    {
        Story story = Three().Got("bob", "B", "lobby", 1, "m1").Got("bob", "B", "lobby", 3, "m3").Quiet();
        story.Violates("I7", "B never received m2 at s-lobby:2, was not told before, and received m3");
        Assert.Equal(1, story.Check().Tally.SilentGaps);
    }

    [Fact]
    public void A_hole_of_which_the_application_is_told_first_is_none()
    {
        Story story = Three().Got("bob", "B", "lobby", 1, "m1").Add(Records.Gap("bob", "B", "s-lobby", 2, 2)).Got("bob", "B", "lobby", 3, "m3").Quiet();
        story.IsClean();
        Assert.Equal(1, story.Check().Tally.Reported);
    }

    [Fact]
    public void A_gap_that_is_told_after_the_later_one_is_too_late()
    {
        Story story = Three().Got("bob", "B", "lobby", 1, "m1").Got("bob", "B", "lobby", 3, "m3").Add(Records.Gap("bob", "B", "s-lobby", 2, 2)).Quiet();
        story.Violates("I7");
        Assert.False(story.Check().Violates("I1"));
    }

    [Fact]
    public void A_gap_without_an_end_reaches_to_the_next_delivery_and_no_further()
    {
        Story story = Story.OfTwo().Left("A", "lobby").Sent("m1", "lobby").Sent("m2", "lobby").Sent("m3", "lobby").Add(Records.Gap("bob", "B", "s-lobby", 1, null)).Got("bob", "B", "lobby", 2, "m2").Quiet();
        story.Violates("I1", "m3");
        story.Got("bob", "B", "lobby", 3, "m3").IsClean();
    }

    [Fact]
    public void A_message_twice_is_a_duplicate_in_the_same_session_and_in_the_next()
    {
        Three().Got("ann", "A", "lobby", 3, "m3").Violates("I2", "ann received m3 twice");
        Three().Enter("ann", "A2", recovered: false).Joined("A2", "lobby").Got("ann", "A2", "lobby", 3, "m3").Violates("I2", "ann received m3 twice");
    }

    [Fact]
    public void A_number_is_handled_twice_only_across_a_crash_and_as_the_same_message()
    {
        LogRecord[] log = [Records.Send("x1", "h", "ann", []), Records.Send("x2", "h", "ann", []), Records.Handled("A", 1, "x1", "n1", 1), Records.Handled("A", 1, "x1", "n2", 2)];
        Assert.True(DeliveryChecker.Check(log).Violates("I2"));
        Assert.True(DeliveryChecker.Check([.. log, Records.CrashOfNode("n1")]).Passed);
        Assert.True(DeliveryChecker.Check([.. log[..3], Records.Handled("A", 1, "x2", "n2", 2), Records.CrashOfNode("n1")]).Violates("I2"));
    }

    [Fact]
    public void A_message_that_is_handled_under_two_numbers_is_a_duplicate() =>
        Assert.True(DeliveryChecker.Check([Records.Send("x1", "h", "ann", []), Records.Handled("A", 1, "x1"), Records.Handled("A2", 1, "x1")]).Violates("I2"));

    [Fact]
    public void An_idempotent_message_is_handled_once_though_it_is_sent_twice()
    {
        LogRecord[] log = [Records.Send("x1", "h", "ann", []), Records.Send("x1", "h", "ann", []) with { Op = "again" }, Records.Handled("A", null, "x1") with { Once = true }];
        Assert.True(DeliveryChecker.Check(log).Passed);
        Assert.True(DeliveryChecker.Check([.. log, log[2]]).Violates("I2"));
        Assert.True(DeliveryChecker.Check([.. log[..2], Records.Handled("A", null, "x1"), Records.Handled("A", null, "x1")]).Passed);
    }

    [Fact]
    public void What_nobody_sent_and_what_was_changed_is_a_phantom()
    {
        Three().Add(Records.Recv("bob", "B", "s-lobby", 1, "other", "h")).Violates("I3", "bob received other, which nobody sent");
        Three().Add(Records.Recv("bob", "B", "s-lobby", 1, "m1", "changed")).Violates("I3", "another payload");
        Assert.True(DeliveryChecker.Check([Records.Handled("A", 1, "other")]).Violates("I3"));
    }

    [Fact]
    public void Order_is_the_one_of_the_stream()
    {
        Story story = Three().Got("bob", "B", "lobby", 2, "m2").Got("bob", "B", "lobby", 1, "m1").Got("bob", "B", "lobby", 3, "m3").Quiet();
        story.Violates("I6", "B received s-lobby:1 (m1) after s-lobby:2 (m2)");
        Assert.Equal(1, story.Check().Tally.OutOfOrder);
        Assert.Equal(0, story.Check().Tally.Lost);
    }

    [Fact]
    public void A_plain_client_sees_no_numbers_and_gets_the_order_all_the_same()
    {
        Story story = Three().Add(Records.Connect("cat", "C") with { Mode = "plain" }).Add(Records.Recv("cat", "C", null, null, "m1", "h-m1")).Add(Records.Recv("cat", "C", null, null, "m3", "h-m3"));
        story.IsClean();
        story.Add(Records.Recv("cat", "C", null, null, "m2", "h-m2")).Violates("I6", "C received");
    }

    [Fact]
    public void A_place_has_one_message() => Three().Got("bob", "B", "lobby", 1, "m2").Violates("I6", "s-lobby:1 is m1 and was delivered to B as m2");

    [Fact]
    public void A_number_that_is_skipped_is_a_hole_unless_something_else_took_it()
    {
        Story story = Story.OfTwo().Left("A", "lobby").Left("B", "lobby").Sent("m1", "lobby").Add(Records.Send("m3", "h", null, "lobby")).Add(Records.Ack("m3", "lobby", "s-lobby", 3));
        story.Violates("I6", "s-lobby:2 was never given to anything");
        story.Add(Records.Control("lobby", "s-lobby", 2)).IsClean();
        story.Records.RemoveAt(story.Records.Count - 1);
        story.Add(Records.Send("m2", "h", null, "lobby")).Add(Records.Timeout("m2")).IsClean();
    }

    [Fact]
    public void What_was_told_to_be_lost_does_not_come() =>
        Three().Add(Records.Gap("bob", "B", "s-lobby", 1, 2)).Got("bob", "B", "lobby", 2, "m2").Got("bob", "B", "lobby", 3, "m3").Violates("I6", "which it was told is lost");

    [Fact]
    public void A_number_is_used_once() =>
        Three().Add(Records.Send("m4", "h", null, "lobby")).Add(Records.Ack("m4", "lobby", "s-lobby", 3)).Violates("I8", "s-lobby:3 was given to m3 and to m4");

    [Fact]
    public void What_is_sent_after_an_acknowledgement_stands_behind_it()
    {
        Story story = new Story().Add(Records.Send("m1", "h", null, "lobby")).Add(Records.Ack("m1", "lobby", "s", 2)).Add(Records.Send("m2", "h", null, "lobby")).Add(Records.Ack("m2", "lobby", "s", 1));
        story.Violates("I8", "m2 was sent after s:2 was acknowledged, and stands at 1");
        (story.Records[1], story.Records[2]) = (story.Records[2], story.Records[1]);
        story.IsClean();
    }

    [Fact]
    public void A_position_is_not_set_back() => Three().Add(Records.At("ann", "A", "s-lobby", 1)).Violates("I8", "set back to 1");

    [Fact]
    public void A_log_that_was_lost_is_told_before_the_new_one_is_used()
    {
        Story lost = Three().Add(Records.Join("A", "lobby", "new", 0) with { Old = "s-lobby" }).Add(Records.At("ann", "A", "new", 0) with { Old = "s-lobby" });
        lost.Add(Records.Send("m4", "h-m4", null, "lobby")).Add(Records.Ack("m4", "lobby", "new", 1));
        LogRecord recv = Records.Recv("ann", "A", "new", 1, "m4", "h-m4");
        lost.Add(recv).Violates("I8", "s-lobby was lost and goes on as new");
        lost.Records.Insert(lost.Records.Count - 1, Records.Gap("ann", "A", "s-lobby", 4, null));
        lost.IsClean();
    }
}
