namespace Realtime.Checker;

/// <summary>I13: no more bytes wait for a connection than its cap and one message, and a connection that stays at its cap is closed in time.</summary>
internal sealed class BoundedMemory : IInvariant
{
    public string Name => "I13";

    public void Check(Run run, Findings findings)
    {
        foreach (Line line in run.Of(RecordKind.Outbound))
        {
            if (line.Record is { Value: { } bytes, Limit: { } cap } && bytes > cap + (line.Record.Slack ?? 0))
            {
                findings.Add($"{bytes} bytes wait for {line.Record.Connection}, more than {cap} and one message of {line.Record.Slack ?? 0}", line);
            }
        }

        var fullSince = new Dictionary<(string?, int), Line>();
        foreach (Line line in run.Of(RecordKind.Outbound))
        {
            (string?, int) key = (line.Record.Connection, line.File);
            if (line.Record is not { Window: { } patience, Limit: { } cap, Value: { } bytes } || bytes < cap)
            {
                fullSince.Remove(key);
            }
            else if (!fullSince.TryAdd(key, line) && line.Record.Time - fullSince[key].Record.Time > patience)
            {
                findings.Add($"{line.Record.Connection} was at its cap for {line.Record.Time - fullSince[key].Record.Time} us and was not closed", fullSince[key], line);
            }
        }

        CheckClosed(run, findings);
    }

    private static void CheckClosed(Run run, Findings findings)
    {
        var closed = new Dictionary<(string?, int), Line>();
        foreach (Line line in run.Of(RecordKind.Close))
        {
            closed.TryAdd((line.Record.Connection, line.File), line);
        }

        foreach (Line line in closed.Count == 0 ? [] : run.Of(RecordKind.Outbound))
        {
            if (line.Record.Value > 0 && closed.TryGetValue((line.Record.Connection, line.File), out Line close) && close.IsBefore(line))
            {
                findings.Add($"{line.Record.Value} bytes wait for {line.Record.Connection}, which is closed", close, line);
            }
        }
    }
}
