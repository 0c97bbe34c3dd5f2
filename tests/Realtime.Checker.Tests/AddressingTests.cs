namespace Realtime.Checker.Tests;

/// <summary>I15, and the rule of delivery for several rooms and exclusions.</summary>
public sealed class AddressingTests
{
    private static Story InTwoRooms() => new Story().Enter("ann", "A").Joined("A", "a").Joined("A", "b").Sent("m1", "a", "b");

    [Fact]
    public void A_message_to_two_rooms_comes_once_by_its_first_copy()
    {
        Story story = InTwoRooms().Got("ann", "A", "a", 1, "m1").Quiet();
        story.IsClean();
        Assert.Equal(1, story.Check().Tally.Expected);
        InTwoRooms().Quiet().Violates("I1", "s-a:1");
        InTwoRooms().Got("ann", "A", "a", 1, "m1").Got("ann", "A", "b", 1, "m1").Quiet().Violates("I2", "twice");
        InTwoRooms().Got("ann", "A", "b", 1, "m1").Quiet().Violates("I1", "s-a:1");
    }

    [Fact]
    public void Who_had_left_the_first_room_gets_the_second_copy()
    {
        Story story = new Story().Enter("ann", "A").Joined("A", "a").Joined("A", "b").Left("A", "a").Sent("m1", "a", "b").Quiet();
        story.Violates("I1", "s-b:1");
        story.Got("ann", "A", "b", 1, "m1").IsClean();
    }

    [Fact]
    public void Who_leaves_between_the_copies_has_got_the_first()
    {
        Story story = InTwoRooms().Left("A", "a").Got("ann", "A", "a", 1, "m1").Quiet();
        story.IsClean();
        story.Got("ann", "A", "b", 1, "m1").Violates("I2");
    }

    [Fact]
    public void A_copy_whose_earlier_one_nobody_knows_may_come_and_need_not()
    {
        Story story = new Story().Enter("ann", "A").Joined("A", "a").Joined("A", "b").Add(Records.Send("m1", "h-m1", null, "a", "b")).Add(Records.Ack("m1", "b", "s-b", 1)).Quiet();
        story.IsClean();
        story.Got("ann", "A", "b", 1, "m1").IsClean();
    }

    [Fact]
    public void An_earlier_copy_in_a_room_without_a_log_takes_nothing_away()
    {
        Story story = new Story().Enter("ann", "A").Joined("A", "b").Add(Records.Join("A", "a", "s-a", 0)).Add(Records.Send("m1", "h-m1", null, "a", "b")).Add(Records.Ack("m1", "a", null, null)).Add(Records.Ack("m1", "b", "s-b", 1)).Quiet();
        story.Violates("I1", "s-b:1");
    }

    [Fact]
    public void Who_is_left_out_gets_nothing()
    {
        Story story = Story.OfTwo().Sent("m1", send => send with { Except = ["B"] }, "lobby").Got("ann", "A", "lobby", 1, "m1").Quiet();
        story.IsClean();
        story.Got("bob", "B", "lobby", 1, "m1").Violates("I15", "B received m1, which was not for it");
    }

    [Fact]
    public void Members_of_a_room_that_is_left_out_get_nothing()
    {
        Story story = Story.OfTwo().Joined("B", "muted").Sent("m1", send => send with { ExceptRooms = ["muted"] }, "lobby").Got("ann", "A", "lobby", 1, "m1").Quiet();
        story.IsClean();
        story.Got("bob", "B", "lobby", 1, "m1").Violates("I15");
    }

    [Fact]
    public void Who_had_left_the_room_that_is_left_out_is_owed_the_message()
    {
        Story story = Story.OfTwo().Joined("B", "muted").Left("B", "muted").Sent("m1", send => send with { ExceptRooms = ["muted"] }, "lobby").Got("ann", "A", "lobby", 1, "m1").Quiet();
        story.Violates("I1", "B never received m1");
    }

    [Fact]
    public void What_came_before_a_join_and_after_a_leave_is_not_for_the_member()
    {
        Story story = Story.OfTwo().Enter("cat", "C").Sent("m1", "lobby").Joined("C", "lobby").Sent("m2", "lobby").Left("C", "lobby").Sent("m3", "lobby");
        story.Got("cat", "C", "lobby", 2, "m2").IsClean();
        story.Got("cat", "C", "lobby", 3, "m3").Violates("I15", "C received s-lobby:3 (m3) while it was no member");
        Story.OfTwo().Enter("cat", "C").Sent("m1", "lobby").Joined("C", "lobby").Got("cat", "C", "lobby", 1, "m1").Violates("I15");
    }

    [Fact]
    public void What_was_sent_to_another_room_is_the_wrong_room()
    {
        Story story = Story.OfTwo().Sent("m1", "lobby").Sent("m2", "other");
        story.Got("bob", "B", "lobby", 2, "m2").Violates("I15", "m2 in room lobby, to which it was not sent");
        new Story().Sent("m1", "lobby").Add(Records.Ack("m1", "other", "s-other", 1)).Violates("I15", "was put into room other");
        new Story().Sent("m1", "lobby").Add(Records.Send("m2", "h", null, "other")).Add(Records.Ack("m2", "other", "s-lobby", 2)).Violates("I15", "stream s-lobby is of room lobby and of room other");
    }

    [Fact]
    public void A_client_is_told_of_streams_only_where_it_is_a_member()
    {
        Story.OfTwo().Add(Records.At("bob", "B", "s-lobby", 0)).IsClean();
        Story.OfTwo().Add(Records.At("bob", "B", "s-other", 0)).Violates("I15", "B was told of s-other:0");
    }

    [Fact]
    public void After_the_crash_of_a_node_its_word_to_the_client_stands_for_a_join_that_was_not_written_down()
    {
        Story story = new Story().Enter("ann", "A").Add(Records.At("ann", "A", "s-lobby", 0)).Sent("m1", "lobby").Sent("m2", "lobby").Add(Records.CrashOfNode("n1")).Got("ann", "A", "lobby", 1, "m1");
        story.IsClean();
        story.Quiet().Violates("I1", "m2");
    }

    [Fact]
    public void A_delivery_without_a_session_is_of_the_newest_one_that_was_a_member_there()
    {
        Story story = Story.OfTwo().Left("A", "lobby").Sent("m1", "lobby").Enter("bob", "B2", recovered: false).Add(Records.Recv("bob", null, "s-lobby", 1, "m1", "h-m1"));
        story.IsClean();
    }
}
