namespace Realtime.Checker;

/// <summary>I1: in the end every member has what was sent to it, or was told; and the server has handled what clients sent.</summary>
internal sealed class NoLoss : IInvariant
{
    public string Name => "I1";

    public void Check(Run run, Findings findings)
    {
        foreach (StreamReading reading in run.Readings)
        {
            foreach (Copy missing in reading.Tail)
            {
                findings.Add($"{reading.Session.Id} never received {missing.Message.Id} at {reading.Stream.Id}:{missing.Offset}, though all was quiet", missing.Evidence);
            }

            // Missing is missing; that it was passed is for I7 to say, that it is lost is said here.
            foreach ((Copy missing, Line passed) in reading.Holes)
            {
                if (!reading.WasReported(missing.Offset))
                {
                    findings.Add($"{reading.Session.Id} never received {missing.Message.Id} at {reading.Stream.Id}:{missing.Offset}", missing.Evidence, passed);
                }
            }
        }

        if (!run.LinesMissing)
        {
            CheckNumbers(run, findings);
        }
    }

    // A number that was neither handled nor refused, below one that was, is a message of a client that the server let fall.
    private static void CheckNumbers(Run run, Findings findings)
    {
        IEnumerable<IGrouping<string?, Line>> sessions = run.Of(RecordKind.Handled).Concat(run.Of(RecordKind.Refused))
            .Where(line => line.Record.Number is not null).GroupBy(line => line.Record.Session);
        foreach (IGrouping<string?, Line> session in sessions)
        {
            long next = 1;
            foreach (Line line in session.DistinctBy(line => line.Record.Number).OrderBy(line => line.Record.Number))
            {
                if (line.Record.Number != next)
                {
                    findings.Add($"message {next} of {session.Key} was never handled, and {line.Record.Number} was", line);
                }

                next = line.Record.Number!.Value + 1;
            }
        }
    }
}
