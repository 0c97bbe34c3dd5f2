namespace Realtime.Checker;

/// <summary>I7: before anything behind a hole is handed over, the application is told of the hole; and it is not told of holes that are none.</summary>
internal sealed class NoSilentGap : IInvariant
{
    public string Name => "I7";

    public void Check(Run run, Findings findings)
    {
        foreach (StreamReading reading in run.Readings)
        {
            foreach ((Copy missing, Line passed) in reading.Holes)
            {
                findings.Add($"{reading.Session.Id} never received {missing.Message.Id} at {reading.Stream.Id}:{missing.Offset}, was not told before, and received {passed.Record.Id} behind it", missing.Evidence, passed);
            }
        }

        foreach (Session session in run.Sessions.Values)
        {
            foreach (Line gap in session.Gaps)
            {
                CheckGap(session, gap, findings);
            }
        }
    }

    private static void CheckGap(Session session, Line gap, Findings findings)
    {
        Line passed = session.EventsOf[gap.Record.Stream!].Find(line => line.Record.Kind == RecordKind.Recv && line.IsBefore(gap) && line.Record.Offset >= gap.Record.From);
        if (passed.Record is not null)
        {
            findings.Add($"{session.Id} was told that {gap.Record.Stream} is lost from {gap.Record.From}, and had received {passed.Record.Id} at {passed.Record.Offset}", passed, gap);
        }
        else if (gap.Record.To < gap.Record.From)
        {
            findings.Add($"{session.Id} was told of a gap without anything in it", gap);
        }
    }
}
