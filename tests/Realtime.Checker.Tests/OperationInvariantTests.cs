namespace Realtime.Checker.Tests;

/// <summary>I13, I16, I17 and I18: what a node keeps, hands over and shows.</summary>
public sealed class OperationInvariantTests
{
    [Fact]
    public void A_cap_may_be_passed_by_one_message()
    {
        Story story = new Story().Add(Records.Outbound("c1", 1_100, 1_000, 100));
        story.IsClean();
        story.Add(Records.Outbound("c1", 1_101, 1_000, 100)).Violates("I13", "1101 bytes wait for c1");
    }

    [Fact]
    public void A_connection_that_stays_at_its_cap_is_closed_in_time()
    {
        LogRecord full = Records.Outbound("c1", 1_000, 1_000, 100) with { Window = 500 };
        new Story().Add(full).Add(full with { Time = 400 }).Add(full with { Time = 450, Value = 10 }).Add(full with { Time = 600 }).IsClean();
        new Story().Add(full).Add(full with { Time = 600 }).Violates("I13", "for 600 us and was not closed");
        new Story().Add(full).Add(Records.Close("c1")).IsClean();
        new Story().Add(Records.Close("c1")).Add(full).Violates("I13", "which is closed");
    }

    private static Story Drained(bool kept = true) => new Story().Enter("ann", "A").Add(Records.Claim("A", "n1", 1)).Add(Records.Drain("n1", begins: true, kept) with { Window = 1_000 });

    [Fact]
    public void A_session_of_a_node_that_stopped_gracefully_is_recovered()
    {
        Drained().Add(Records.Claim("A", "n2", 2)).Enter("ann", "A", recovered: true).IsClean();
        Drained().Enter("ann", "A2", recovered: false).Violates("I16", "A was on n1, which stopped gracefully");
        Drained().Add(Records.Disconnect("ann", "A", final: false)).Enter("ann", "A2", recovered: false).Violates("I16");
    }

    [Fact]
    public void A_session_is_not_owed_when_it_was_ended_or_too_old_or_the_node_crashed_or_kept_nothing()
    {
        Drained(kept: false).Enter("ann", "A2", recovered: false).IsClean();
        Drained().Add(Records.Disconnect("ann", "A", final: true)).Enter("ann", "A2", recovered: false).IsClean();
        Drained().Add(Records.Connect("ann", "A2", false) with { Value = 1_001 }).IsClean();
        Drained().Add(Records.CrashOfNode("n1")).Enter("ann", "A2", recovered: false).IsClean();
    }

    [Fact]
    public void What_is_counted_returns_to_what_it_was()
    {
        Story story = new Story().Add(Records.Census("timers", before: true, 2)).Add(Records.Census("timers", before: false, 2));
        story.IsClean();
        story.Add(Records.Census("timers", before: false, 3)).Violates("I17", "timers was 2 and is 3");
        new Story().Add(Records.Census("timers", before: true, 2)).Add(Records.Census("timers", before: false, 3, slack: 1)).IsClean();
        new Story().Add(Records.Census("handles", before: false, 3)).Violates("I17", "never before");
    }

    [Fact]
    public void A_stock_client_sees_the_frames_of_the_reference()
    {
        Story story = new Story().Add(Records.Frame("chat", "js", reference: true, "40")).Add(Records.Frame("chat", "js", reference: true, "42[\"x\"]")).Add(Records.Frame("chat", "js", reference: false, "40"));
        story.Violates("I18", "js in chat did not see frame 2");
        story.Add(Records.Frame("chat", "js", reference: false, "42[\"x\"]")).IsClean();
        story.Add(Records.Frame("chat", "js", reference: false, "2")).Violates("I18", "saw another frame 3");
    }

    [Fact]
    public void A_stock_client_sees_nothing_of_the_extension()
    {
        new Story().Add(Records.Frame("chat", "js", reference: false, "42[\"x\"]")).IsClean();
        new Story().Add(Records.Frame("chat", "js", reference: false, "42[\"$rt:at\",\"s:1\"]")).Violates("I18", "saw the extension");
        new Story().Add(Records.Frame("chat", "js", reference: true, "40")).Violates("I18", "saw nothing");
    }
}
