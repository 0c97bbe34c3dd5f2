namespace Realtime.Checker;

/// <summary>Checks the logs of a run after it has ended.</summary>
/// <remarks>Thread-safe. Does no I/O.</remarks>
public static class DeliveryChecker
{
    // Causes before what follows from them: a number that is used twice loses a message for somebody, and not the other way round.
    private static readonly IInvariant[] s_invariants =
    [
        new NoPhantom(), new Isolation(), new Epoch(), new AckTruth(), new SingleOwner(), new TotalOrder(), new NoDuplication(), new SenderOrder(), new NoSilentGap(), new NoLoss(),
        new OneCompletion(), new BoundedMemory(), new Drain(), new LeakFree(), new Compatibility(),
    ];

    /// <summary>Gets the names of the invariants that are checked.</summary>
    public static IReadOnlyList<string> Invariants { get; } = [.. s_invariants.Select(invariant => invariant.Name)];

    /// <summary>Checks a run that was recorded in one list: everything in it happened in that order.</summary>
    /// <param name="records">The records of all nodes and clients.</param>
    /// <returns>What was found.</returns>
    public static CheckResult Check(IReadOnlyList<LogRecord> records) => Check([new LogFile("run", records)]);

    /// <summary>Checks the logs of several processes. No order between them is assumed.</summary>
    /// <param name="files">The logs.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InvalidDataException">A record lacks a field that its kind needs.</exception>
    public static CheckResult Check(IReadOnlyList<LogFile> files)
    {
        Run run = RunReader.Read(files);
        var findings = new Findings(files);
        foreach (IInvariant invariant in s_invariants)
        {
            findings.Invariant = invariant.Name;
            invariant.Check(run, findings);
        }

        return new CheckResult(findings.ToViolations(), Count(run, findings));
    }

    private static Tally Count(Run run, Findings findings)
    {
        int holes = run.Readings.Sum(reading => reading.Holes.Count);
        List<Line> connects = run.Of(RecordKind.Connect);
        return new Tally
        {
            Sent = run.Sent.Count,
            Expected = run.Readings.Sum(reading => reading.Expected),
            Delivered = run.Readings.Sum(reading => reading.Delivered),
            Reported = run.Readings.Sum(reading => reading.Reported),
            Lost = holes + run.Readings.Sum(reading => reading.Tail.Count),
            Repeated = run.Repeated,
            Duplicated = findings.CountOf("I2"),
            OutOfOrder = findings.CountOf("I5") + findings.CountOf("I6"),
            SilentGaps = holes,
            Recovered = connects.Count(line => line.Record.Recovered == true),
            Unrecovered = connects.Count(line => line.Record.Recovered == false),
            Gaps = run.Of(RecordKind.Gap).Count,
            Handled = run.Of(RecordKind.Handled).Count,
            Faults = run.Of(RecordKind.Fault).Where(line => line.Record.Phase != "end").GroupBy(line => line.Record.Name ?? "").ToDictionary(fault => fault.Key, fault => fault.Count()),
            SessionsAtQuiet = run.Sessions.Values.Count(session => session.MustHaveAll),
        };
    }
}
