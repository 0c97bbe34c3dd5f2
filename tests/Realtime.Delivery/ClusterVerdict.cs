using Realtime.Checker;
using Realtime.Faults;

namespace Realtime.Delivery;

/// <summary>What a run with one fault of a cluster has shown, and what of it must not be.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class ClusterVerdict
{
    // Threads that may have been stopped between the question whether a handler may start and its first line.
    private const int MaxLate = 5;

    private readonly CampaignOptions _options;
    private readonly ClusterFault _fault;
    private readonly ClientsStatus _clients;
    private readonly ServerStatus _served;
    private readonly string _faults;
    private readonly Tally _tally;
    private readonly string[] _failures;

    internal ClusterVerdict(CampaignOptions options, ClientsStatus clients, ServerStatus served, ClusterPlan plan, long lostTail, FaultCounters faults)
    {
        (_options, _fault, _clients, _served) = (options, options.Cluster!.Value, clients, served);
        IReadOnlyList<LogFile> files = LogFile.ReadFolder(options.Logs);
        CheckResult result = DeliveryChecker.Check(files);
        _tally = result.Tally;
        _faults = $"{ClusterFaults.NameOf(_fault)} {plan.Made}, subscriptions killed {plan.Killed}, acknowledged publications lost {lostTail}, connections cut {faults[FaultKind.Cut] + faults[FaultKind.Reset]}";
        _failures = [.. result.Violations.Select(static violation => violation.ToString()), .. FailuresOf(files), .. Forbidden(), .. Missing(plan, lostTail)];
    }

    internal bool IsClean => _failures.Length == 0;

    /// <summary>The closing line of several runs.</summary>
    internal static string Sum(IReadOnlyList<ClusterVerdict> verdicts)
    {
        int Of(Func<Tally, int> count) => verdicts.Sum(verdict => count(verdict._tally));
        return $"faults {verdicts.Count(static verdict => verdict.IsClean)} of {verdicts.Count} clean, sent {Of(static tally => tally.Sent)}, expected {Of(static tally => tally.Expected)}, delivered {Of(static tally => tally.Delivered)}, "
            + $"lost {Of(static tally => tally.Lost)}, duplicated {Of(static tally => tally.Duplicated)}, out of order {Of(static tally => tally.OutOfOrder)}, silent gaps {Of(static tally => tally.SilentGaps)}";
    }

    internal void Print()
    {
        Console.WriteLine($"  faults:   {_faults}");
        Console.WriteLine($"  clients:  {_clients.Sent} sent, {_clients.Acked} acknowledged with a place, {_clients.Unknown} of unknown fate, {_clients.TimedOut} timed out, {_clients.Refused} refused; {_clients.Received} received");
        Console.WriteLine($"  servers:  {_served.Handled} handled, {_served.GivenUp} publications given up, looked {_served.Fills} times for what was missed and found {_served.Filled}, {_served.Interrupts} times a log went on from elsewhere, {_served.Late} handlers begun late");
        Console.WriteLine($"  branches: resumes {_clients.Resumes}, on another node {_served.Moved}, sessions {_clients.Sessions}, recovered false {_tally.Unrecovered}, gaps reported {_clients.Gaps} with {_tally.Reported} messages, given again after a lost tail {_tally.Repeated}, gaps filled {_served.Replays} with {_served.Replayed} events");
        foreach (string failure in _failures)
        {
            Console.WriteLine($"  FAILED: {failure}");
        }

        Console.WriteLine($"{ClusterFaults.NameOf(_fault)}: {(IsClean ? "clean" : "FAILED")}, {_tally}, recovered false {_tally.Unrecovered}, gaps {_clients.Gaps}, again after a lost tail {_tally.Repeated}");
    }

    private IEnumerable<string> FailuresOf(IReadOnlyList<LogFile> files)
    {
        if (_tally.Delivered != _tally.Expected - _tally.Reported)
        {
            yield return $"{_tally.Delivered} were delivered, of {_tally.Expected} that were expected {_tally.Reported} were reported as lost";
        }

        if (_tally.SessionsAtQuiet != _options.Clients)
        {
            yield return $"{_tally.SessionsAtQuiet} of {_options.Clients} clients were there at the end and had everything: {_clients.Connected} connected, {_clients.Open} emits open, quiet for {_clients.QuietSeconds:F1} s\n    {string.Join("\n    ", _clients.Missing.Take(10))}";
        }

        string[] lost = [.. Fates.FindLost(files)];
        if (lost.Length > 0)
        {
            yield return $"{lost.Length} messages of clients were neither handled nor reported: {string.Join(", ", lost.Take(10))}";
        }

        foreach (string unexpected in _clients.Unexpected.Take(3))
        {
            yield return $"unexpected: {unexpected}";
        }
    }

    // Without a Redis that has lost something, nobody loses a session or is told of a gap, and nobody has to guess.
    private IEnumerable<string> Forbidden()
    {
        (long Count, string What)[] forbidden = _fault.MayLose()
            ? []
            : [(_tally.Repeated, "messages given again"), (_tally.Unrecovered, "sessions lost"), (_clients.Gaps, "gaps reported"), (_clients.Unknown, "messages of unknown fate"), (_clients.TimedOut, "messages without an answer"), (_clients.Refused, "messages refused"), (_fault == ClusterFault.Pause ? 0 : _served.GivenUp, "publications given up"), (_served.Late > MaxLate ? _served.Late : 0, "handlers begun late")];
        return forbidden.Where(static one => one.Count > 0).Select(static one => $"there were {one.Count} {one.What}");
    }

    // What did not occur was not tested.
    private IEnumerable<string> Missing(ClusterPlan plan, long lostTail)
    {
        (bool IsOwed, long Count, string What)[] owed =
        [
            (true, _clients.Resumes, "resumes"),
            (true, _served.Moved, "resumes on another node"),
            (_fault != ClusterFault.None, plan.Made, "faults"),
            (_fault == ClusterFault.Pause, _served.Suspensions, "suspended nodes"),
            (_fault is ClusterFault.PubSub or ClusterFault.Quiet, plan.Killed, "killed subscriptions"),
            (_fault is ClusterFault.PubSub or ClusterFault.Quiet, _served.Filled, "publications that were lost on their way"),
            (_fault == ClusterFault.Sentinel, lostTail, "acknowledged publications that were lost"),
            (_fault.MustLose(), _clients.Gaps + _tally.Unrecovered, "reported gaps or sessions that were not recovered"),
            (_fault == ClusterFault.Sentinel, _clients.Gaps, "reported gaps"),
        ];
        return owed.Where(static branch => branch is { IsOwed: true, Count: <= 0 }).Select(static branch => $"there were no {branch.What}");
    }
}
