namespace Realtime.Checker.Tests;

/// <summary>Logs of rooms that go on under another stream, and nodes that stand still: what several servers over one store bring with them.</summary>
public sealed class RotationTests
{
    [Fact]
    public void Members_of_a_log_that_goes_on_as_another_one_are_owed_that_from_its_beginning()
    {
        Story story = Rotated(last: 1).Got("ann", "A", "lobby", 1, "m1").Got("bob", "B", "lobby", 1, "m1").Add(Received("ann", "A"));
        story.Violates("I1", "B never received m2");
        story.Add(Received("bob", "B")).IsClean();
    }

    [Fact]
    public void What_was_lost_of_the_log_before_has_to_be_told()
    {
        Story story = Rotated(last: null).Got("ann", "A", "lobby", 1, "m1").Got("bob", "B", "lobby", 1, "m1").Add(Received("ann", "A")).Add(Received("bob", "B"));
        story.IsClean();
        story.Records.RemoveAll(static record => record is { Kind: RecordKind.Recv, Client: "bob", Id: "m1" });
        story.Violates("I1", "B never received m1");
        story.Records.Insert(story.Records.FindIndex(static record => record is { Kind: RecordKind.Recv, Client: "bob" }), Records.Gap("bob", "B", "s-lobby", 1, null));
        story.IsClean();
    }

    [Fact]
    public void A_tail_that_is_lost_is_owed_to_nobody_who_had_nothing_of_it()
    {
        Story story = Rotated(last: 0).Got("ann", "A", "lobby", 1, "m1").Add(Received("ann", "A")).Add(Received("bob", "B"));
        story.IsClean();
        story.Records.RemoveAll(static record => record.Kind == RecordKind.Rotate);
        story.Records.Add(Records.Rotate("lobby", "s-lobby", 1, "new"));
        story.Violates("I1", "B never received m1");
    }

    [Fact]
    public void Nothing_of_the_log_before_comes_behind_something_of_the_next_one() =>
        Rotated(last: 1).Got("bob", "B", "lobby", 1, "m1").Add(Received("bob", "B")).Add(Received("ann", "A")).Got("ann", "A", "lobby", 1, "m1").Violates("I8", "went on");

    [Fact]
    public void What_stands_in_a_lost_tail_may_be_published_again_behind_it_and_nothing_else_may()
    {
        Story story = Rotated(last: 0).Add(Records.Ack("m1", "lobby", "new", 2)).Got("ann", "A", "lobby", 1, "m1").Add(Records.Gap("ann", "A", "s-lobby", 2, null));
        foreach ((string client, string session) in new[] { ("ann", "A"), ("bob", "B") })
        {
            story.Add(Received(client, session)).Add(Records.Recv(client, session, "new", 2, "m1", "h-m1"));
        }

        story.IsClean();
        Assert.Equal(1, story.Check().Tally.Repeated);
        story.Records.RemoveAll(static record => record.Kind == RecordKind.Rotate);
        story.Records.Add(Records.Rotate("lobby", "s-lobby", 1, "new"));
        story.Violates("I2", "ann received m1 twice");
        story.Violates("I4", "m1 stands twice");
    }

    [Fact]
    public void What_a_node_had_begun_before_it_stood_still_may_be_done_again_and_nothing_that_it_begins_then()
    {
        LogRecord[] sends = [Records.Send("m1", "h", "ann", "lobby") with { Session = "A" }, Records.Handled("A", 1, "m1", "n2", 2)];
        LogFile other = new("n2", sends);
        LogFile before = new("n1", [Records.Handled("A", 1, "m1", "n1", 1), Records.WasSuspended("n1")]), after = new("n1", [Records.WasSuspended("n1"), Records.Handled("A", 1, "m1", "n1", 1)]);

        Assert.True(DeliveryChecker.Check([other, before]).Passed);
        CheckResult result = DeliveryChecker.Check([other, after]);

        Assert.True(result.Violates("I2"), string.Join('\n', result.Violations));
        Assert.True(result.Violates("I9"), string.Join('\n', result.Violations));
    }

    // m1 stands in the first stream, m2 in the one that it goes on as.
    private static Story Rotated(long? last) => Story.OfTwo().Sent("m1", "lobby").Add(Records.Rotate("lobby", "s-lobby", last, "new"))
        .Add(Records.Send("m2", "h-m2", null, "lobby")).Add(Records.Ack("m2", "lobby", "new", 1)).Quiet();

    private static LogRecord Received(string client, string session) => Records.Recv(client, session, "new", 1, "m2", "h-m2");
}
