namespace Realtime.Checker;

/// <summary>I17: what is counted after everything was closed is what was counted before.</summary>
internal sealed class LeakFree : IInvariant
{
    public string Name => "I17";

    public void Check(Run run, Findings findings)
    {
        var before = new Dictionary<(string?, int), Line>();
        foreach (Line line in run.Of(RecordKind.Census))
        {
            (string?, int) key = (line.Record.Name, line.File);
            if (line.Record.Phase == "before")
            {
                before[key] = line;
            }
            else if (!before.TryGetValue(key, out Line baseline))
            {
                findings.Add($"{line.Record.Name} was counted after, and never before", line);
            }
            else if (line.Record.Value > baseline.Record.Value + (line.Record.Slack ?? 0))
            {
                findings.Add($"{line.Record.Name} was {baseline.Record.Value} and is {line.Record.Value}", baseline, line);
            }
        }
    }
}
