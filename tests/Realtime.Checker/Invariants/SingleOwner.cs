namespace Realtime.Checker;

/// <summary>I9: a session has one owner. Who lost it starts no handler, and its writes are not taken, once the next one is at work.</summary>
internal sealed class SingleOwner : IInvariant
{
    public string Name => "I9";

    public void Check(Run run, Findings findings)
    {
        CheckClaims(run, findings);
        CheckStore(run, findings);
        CheckHandlers(run, findings);
        CheckFenced(run, findings);
        CheckNumbers(run, findings);
    }

    private static void CheckClaims(Run run, Findings findings)
    {
        var claims = new Dictionary<(string?, long?), Line>();
        foreach (Line line in run.Of(RecordKind.Claim))
        {
            if (!claims.TryAdd((line.Record.Session, line.Record.Fence), line))
            {
                findings.Add($"{line.Record.Session} was claimed twice with fence {line.Record.Fence}", claims[(line.Record.Session, line.Record.Fence)], line);
            }
        }
    }

    // The store writes these in its own order; across logs nothing is compared.
    private static void CheckStore(Run run, Findings findings)
    {
        var highest = new Dictionary<(string?, int), Line>();
        foreach (Line line in run.Of(RecordKind.Store))
        {
            RaiseFence(highest, line, "was written", findings);
        }
    }

    private static void CheckHandlers(Run run, Findings findings)
    {
        var highest = new Dictionary<(string?, int), Line>();
        foreach (Line line in run.Of(RecordKind.Handled))
        {
            if (line.Record.Fence is not null)
            {
                RaiseFence(highest, line, "had a message handled", findings);
            }
        }
    }

    private static void RaiseFence(Dictionary<(string?, int), Line> highest, Line line, string what, Findings findings)
    {
        (string?, int) key = (line.Record.Session, line.File);
        if (highest.TryGetValue(key, out Line last) && line.Record.Fence < last.Record.Fence)
        {
            findings.Add($"{line.Record.Session} {what} under fence {line.Record.Fence}, after it was under fence {last.Record.Fence}", last, line);
        }
        else
        {
            highest[key] = line;
        }
    }

    // A node that has written that it lost a session, in the same log.
    private static void CheckFenced(Run run, Findings findings)
    {
        var fenced = new Dictionary<(string?, int), List<Line>>();
        foreach (Line line in run.Of(RecordKind.Fence))
        {
            if (!fenced.TryGetValue((line.Record.Session, line.File), out List<Line>? lines))
            {
                fenced.Add((line.Record.Session, line.File), lines = []);
            }

            lines.Add(line);
        }

        foreach (Line line in fenced.Count == 0 ? [] : run.Of(RecordKind.Handled).Concat(run.Of(RecordKind.Store)))
        {
            Line lost = fenced.GetValueOrDefault((line.Record.Session, line.File))?.Find(other => other.IsBefore(line) && line.Record.Fence <= other.Record.Fence) ?? default;
            if (lost.Record is not null)
            {
                findings.Add($"{line.Record.Owner} went on with {line.Record.Session} after it had lost it", lost, line);
            }
        }
    }

    // Between logs, numbers tell what came first: what a higher fence handled lies behind all that a lower one did, unless that one crashed, or did not run for a while after.
    private static void CheckNumbers(Run run, Findings findings)
    {
        foreach (IGrouping<string?, Line> session in run.Of(RecordKind.Handled).Where(line => line.Record is { Number: not null, Fence: not null }).GroupBy(line => line.Record.Session))
        {
            Line highest = default;
            foreach (Line line in session.OrderBy(line => line.Record.Fence).ThenBy(line => line.Record.Number))
            {
                if (highest.Record is { } before && before.Fence < line.Record.Fence && before.Number >= line.Record.Number && !run.MayBeDoneAgain(highest))
                {
                    findings.Add($"message {before.Number} of {session.Key} was handled under fence {before.Fence}, and {line.Record.Number} under fence {line.Record.Fence}", highest, line);
                }

                if (highest.Record is null || line.Record.Number > highest.Record.Number)
                {
                    highest = line;
                }
            }
        }
    }
}
