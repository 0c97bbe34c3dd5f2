namespace Realtime.Checker;

/// <summary>I18: a stock client sees the frames that the reference server sends it, and nothing of the extension.</summary>
internal sealed class Compatibility : IInvariant
{
    public string Name => "I18";

    public void Check(Run run, Findings findings)
    {
        var reference = new Dictionary<(string?, string?), List<Line>>();
        var subject = new Dictionary<(string?, string?), List<Line>>();
        foreach (Line line in run.Of(RecordKind.Frame))
        {
            Dictionary<(string?, string?), List<Line>> side = line.Record.Phase == "reference" ? reference : subject;
            (string?, string?) key = (line.Record.Name, line.Record.Client);
            if (!side.TryGetValue(key, out List<Line>? frames))
            {
                side.Add(key, frames = []);
            }

            frames.Add(line);
        }

        foreach (((string? scenario, string? client), List<Line> frames) in subject)
        {
            if (reference.TryGetValue((scenario, client), out List<Line>? expected))
            {
                Compare($"{client} in {scenario}", expected, frames, findings);
            }
            else
            {
                // Without a reference it can only be said that the extension stays out of sight.
                Line seen = frames.Find(line => line.Record.Text?.Contains("\"$rt:", StringComparison.Ordinal) == true || line.Record.Text?.Contains("\"$realtime\"", StringComparison.Ordinal) == true);
                if (seen.Record is not null)
                {
                    findings.Add($"{client} in {scenario} saw the extension", seen);
                }
            }
        }

        foreach (((string? scenario, string? client), List<Line> expected) in reference)
        {
            if (!subject.ContainsKey((scenario, client)))
            {
                findings.Add($"{client} in {scenario} saw nothing", expected[0]);
            }
        }
    }

    private static void Compare(string who, List<Line> expected, List<Line> frames, Findings findings)
    {
        for (int index = 0; index < Math.Max(expected.Count, frames.Count); index++)
        {
            if (index >= frames.Count)
            {
                findings.Add($"{who} did not see frame {index + 1}", expected[index]);
                return;
            }

            if (index >= expected.Count || expected[index].Record.Text != frames[index].Record.Text)
            {
                findings.Add($"{who} saw another frame {index + 1}", index < expected.Count ? [expected[index], frames[index]] : [frames[index]]);
                return;
            }
        }
    }
}
