namespace Realtime.Checker.Tests;

/// <summary>I4, I5, I9 and I10: what senders are told, and who handles what they send.</summary>
public sealed class SenderInvariantTests
{
    private static Story FromAnn() => new Story()
        .Sent("m1", send => send with { Client = "ann", Session = "A" }, "lobby").Add(Records.Handled("A", 1, "m1", "n1", 1))
        .Sent("m2", send => send with { Client = "ann", Session = "A" }, "lobby").Add(Records.Handled("A", 2, "m2", "n1", 1));

    [Fact]
    public void What_is_handled_and_stored_once_and_in_order_is_clean() => FromAnn().IsClean();

    [Fact]
    public void A_message_stands_once_in_a_room()
    {
        FromAnn().Add(Records.Ack("m2", "lobby", "s-lobby", 3)).Violates("I4", "m2 stands twice in lobby");
        FromAnn().Add(Records.Ack("m2", "lobby", "s-lobby", 2)).IsClean(); // the same answer again, or written down by the server too
        FromAnn().Enter("bob", "B").Add(Records.Join("B", "lobby", "s-lobby", 0)).Got("bob", "B", "lobby", 1, "m1").Got("bob", "B", "lobby", 3, "m2").Violates("I4", "was delivered as s-lobby:3");
    }

    [Fact]
    public void What_timed_out_may_come_once_and_not_twice()
    {
        Story story = Story.OfTwo().Left("B", "lobby").Add(Records.Send("m1", "h-m1", null, "lobby")).Add(Records.Timeout("m1")).Quiet();
        story.IsClean();
        story.Got("ann", "A", "lobby", 1, "m1").IsClean();
        story.Got("ann", "A", "lobby", 2, "m1").Violates("I4");
    }

    [Fact]
    public void What_is_refused_does_not_happen()
    {
        Story story = Story.OfTwo().Add(Records.Send("m1", "h-m1", null, "lobby")).Add(Records.Fail("m1"));
        story.IsClean();
        story.Got("ann", "A", "lobby", 1, "m1").Violates("I4", "m1 was refused and delivered");
        new Story().Add(Records.Send("x", "h", "ann")).Add(Records.Fail("x")).Add(Records.Handled("A", 1, "x")).Violates("I4", "x was refused and handled");
    }

    [Fact]
    public void What_is_acknowledged_lasts()
    {
        Story story = Story.OfTwo().Sent("m1", "lobby").Sent("m2", "lobby").Got("ann", "A", "lobby", 2, "m2").Got("bob", "B", "lobby", 2, "m2").Quiet();
        story.Violates("I4", "m1 was acknowledged at s-lobby:1, and none of 2 members got it");
        Story.OfTwo().Sent("m1", "lobby").Sent("m2", "lobby").Got("ann", "A", "lobby", 2, "m2").Add(Records.Gap("bob", "B", "s-lobby", 1, 1)).Got("bob", "B", "lobby", 2, "m2").Quiet().Violates("I7");
    }

    [Fact]
    public void What_is_acknowledged_was_handled() =>
        FromAnn().Sent("m3", send => send with { Client = "ann", Session = "A" }, "lobby").Violates("I4", "m3 was acknowledged and never handled");

    [Fact]
    public void The_answer_is_the_same_however_often_it_is_asked_for()
    {
        FromAnn().Add(Records.Answer("A", 1, "yes")).Add(Records.Answer("A", 1, "yes")).IsClean();
        FromAnn().Add(Records.Answer("A", 1, "yes")).Add(Records.Answer("A", 1, "no")).Violates("I4", "message 1 of A was answered in two ways");
    }

    [Fact]
    public void Sends_of_a_client_stand_in_the_order_in_which_it_sent_them()
    {
        Story story = new Story().Add(Records.Send("m1", "h", "ann", "lobby")).Add(Records.Send("m2", "h", "ann", "lobby")).Add(Records.Ack("m1", "lobby", "s", 2)).Add(Records.Ack("m2", "lobby", "s", 1));
        story.Violates("I5", "m2 of ann stands at s:1");
        story.Records[0] = story.Records[0] with { Client = null };
        story.IsClean();
    }

    [Fact]
    public void Messages_of_a_session_are_numbered_and_handled_in_order()
    {
        LogRecord[] sends = [Records.Send("x1", "h", "ann"), Records.Send("x2", "h", "ann")];
        Assert.True(DeliveryChecker.Check([.. sends, Records.Handled("A", 1, "x1"), Records.Handled("A", 2, "x2")]).Passed);
        Assert.True(DeliveryChecker.Check([.. sends, Records.Handled("A", 2, "x2"), Records.Handled("A", 1, "x1")]).Violates("I5"));
        Assert.True(DeliveryChecker.Check([.. sends, Records.Handled("A", 1, "x2"), Records.Handled("A", 2, "x1")]).Violates("I5"));
    }

    [Fact]
    public void A_fence_is_given_once()
    {
        Story story = new Story().Add(Records.Claim("A", "n1", 1)).Add(Records.Claim("A", "n2", 2));
        story.IsClean();
        story.Add(Records.Claim("A", "n3", 2)).Violates("I9", "A was claimed twice with fence 2");
    }

    [Theory]
    [InlineData(true)] // somebody took the session meanwhile, because the node did not answer
    [InlineData(false)]
    public void What_a_node_handled_that_then_did_not_run_may_be_handled_again_there_when_the_session_has_come_back_to_it(bool wasTaken)
    {
        Story story = FromAnn().Add(Records.Send("m3", "h", "ann")).Add(Records.Handled("A", 3, "m3", "n1", 1)).Add(Records.WasSuspended("n1"))
            .Add(Records.Claim("A", "n2", 2) with { Kept = wasTaken ? false : null })
            .Add(Records.Claim("A", "n1", 3)).Add(Records.Handled("A", 3, "m3", "n1", 3));
        if (wasTaken)
        {
            story.IsClean();
        }
        else
        {
            story.Violates("I2", "message 3 of A was handled twice");
        }
    }

    [Fact]
    public void Who_lost_a_session_handles_nothing_of_it()
    {
        Story story = FromAnn().Add(Records.Claim("A", "n2", 2)).Add(Records.Send("m3", "h", "ann")).Add(Records.Send("m4", "h", "ann")).Add(Records.Handled("A", 3, "m3", "n2", 2));
        story.IsClean();
        story.Add(Records.Handled("A", 4, "m4", "n1", 1)).Violates("I9", "under fence 1, after it was under fence 2");
        FromAnn().Add(Records.Fence("A", "n1", 1)).Add(Records.Send("m3", "h", "ann")).Add(Records.Handled("A", 3, "m3", "n1", 1)).Violates("I9", "n1 went on with A after it had lost it");
    }

    [Fact]
    public void Two_nodes_with_logs_of_their_own_are_told_apart_by_numbers()
    {
        LogFile client = new("client", [Records.Send("x1", "h", "ann"), Records.Send("x2", "h", "ann"), Records.Send("x3", "h", "ann")]);
        LogFile first = new("n1", [Records.Handled("A", 1, "x1", "n1", 1), Records.Handled("A", 2, "x2", "n1", 1)]);
        Assert.True(DeliveryChecker.Check([client, first, new LogFile("n2", [Records.Handled("A", 3, "x3", "n2", 2)])]).Passed);
        LogFile late = new("n1", [.. first.Records, Records.Handled("A", 3, "x3", "n1", 1)]), second = new("n2", [Records.Handled("A", 2, "x2", "n2", 2)]);
        Assert.True(DeliveryChecker.Check([client, late, second]).Violates("I9"));
        Assert.True(DeliveryChecker.Check([client, late, second, new LogFile("runner", [Records.CrashOfNode("n1")])]).Passed);
    }

    [Fact]
    public void The_store_takes_no_write_under_an_old_fence()
    {
        Story story = new Story().Add(Records.Store("A", "n1", 1)).Add(Records.Store("A", "n2", 2));
        story.IsClean();
        story.Add(Records.Store("A", "n1", 1)).Violates("I9", "A was written under fence 1");
    }

    [Fact]
    public void A_request_ends_once()
    {
        Story story = new Story().Add(Records.Request("r")).Add(Records.Completion("r", "result")).Quiet();
        story.IsClean();
        story.Add(Records.Completion("r", "timeout")).Violates("I10", "request r ended twice: result, then timeout");
        new Story().Add(Records.Request("r")).Quiet().Violates("I10", "request r never ended");
        new Story().Add(Records.Completion("r", "result")).Violates("I10", "never made");
    }

    [Fact]
    public void A_request_of_a_process_that_was_killed_may_stay_open()
    {
        new Story().Add(Records.Request("r")).IsClean();
        new Story().Add(Records.Request("r", "ann")).Add(Records.CrashOfClient("ann")).Quiet().IsClean();
        new Story().Add(Records.Start()).Add(Records.Request("r")).Add(Records.Start()).Quiet().IsClean();
    }
}
