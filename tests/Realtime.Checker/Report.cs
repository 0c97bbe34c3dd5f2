namespace Realtime.Checker;

/// <summary>The verdict for a reader.</summary>
internal static class Report
{
    internal static void Write(IReadOnlyList<LogFile> files, CheckResult result, TextWriter output)
    {
        foreach (Violation violation in result.Violations)
        {
            output.WriteLine(ReferenceEquals(violation, result.First) ? $"first violation: {violation}" : $"also: {violation}");
        }

        Tally tally = result.Tally;
        output.WriteLine($"logs {files.Count}, torn {files.Count(file => file.Torn)}, lines {files.Sum(file => file.Records.Count)}, sessions that had to have all {tally.SessionsAtQuiet}");
        output.WriteLine($"recovered {tally.Recovered}, unrecovered {tally.Unrecovered}, gaps {tally.Gaps} with {tally.Reported} messages, client messages handled {tally.Handled}");
        if (tally.Faults.Count > 0)
        {
            output.WriteLine($"faults: {string.Join(", ", tally.Faults.OrderBy(fault => fault.Key, StringComparer.Ordinal).Select(fault => $"{fault.Key} {fault.Value}"))}");
        }

        if (tally.SessionsAtQuiet == 0)
        {
            output.WriteLine("no session was quiet at the end: losses at the end would not be seen");
        }

        output.WriteLine(tally);
    }
}
