using Realtime.Checker;
using Realtime.Faults;

namespace Realtime.Delivery;

/// <summary>What a run has shown, and what of it must not be.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class Verdict(CampaignOptions options, ClientsStatus clients, ServerStatus served, FaultPlan plan, FaultCounters faults)
{
    internal int Print()
    {
        IReadOnlyList<LogFile> files = LogFile.ReadFolder(options.Logs);
        CheckResult result = DeliveryChecker.Check(files);
        Tally tally = result.Tally;
        Console.WriteLine($"faults:   {faults}, {string.Join(", ", plan.Made.Select(static fault => $"{fault.Key} {fault.Value}"))}; packets lost {plan.Network.Dropped}, held back by a narrow network {plan.Network.Delayed}");
        Console.WriteLine($"clients:  {clients.Sent} sent, {clients.Acked} acknowledged with a place, {clients.Unknown} of unknown fate, {clients.TimedOut} timed out, {clients.Refused} refused; {clients.Received} received");
        Console.WriteLine($"server:   {served.Handled} handled");
        Console.WriteLine($"branches: resumes {clients.Resumes}, sessions {clients.Sessions}, of these lost ones {tally.Unrecovered}, gaps filled {served.Replays} with {served.Replayed} events replayed, gaps reported {clients.Gaps} with {tally.Reported} messages");
        string[] failures = [.. Failures(result, [.. Fates.FindLost(files)]), .. Missing(tally)];
        foreach (string failure in failures)
        {
            Console.WriteLine($"FAILED: {failure}");
        }

        Console.WriteLine($"logs:     {options.Logs}");
        Console.WriteLine(tally);
        return failures.Length == 0 ? 0 : 1;
    }

    private IEnumerable<string> Failures(CheckResult result, string[] lost)
    {
        foreach (Violation violation in result.Violations)
        {
            yield return violation.ToString();
        }

        Tally tally = result.Tally;
        if (tally.Delivered != tally.Expected - tally.Reported)
        {
            yield return $"{tally.Delivered} were delivered, of {tally.Expected} that were expected {tally.Reported} were reported as lost";
        }

        if (tally.SessionsAtQuiet != options.Clients)
        {
            yield return $"{tally.SessionsAtQuiet} of {options.Clients} clients were there at the end and had everything: {clients.Connected} connected, {clients.Open} emits open, quiet for {clients.QuietSeconds:F1} s\n    {string.Join("\n    ", clients.Missing.Take(10))}";
        }

        if (lost.Length > 0)
        {
            yield return $"{lost.Length} messages of clients were neither handled nor reported: {string.Join(", ", lost.Take(10))}";
        }

        foreach (string unexpected in clients.Unexpected.Take(3))
        {
            yield return $"unexpected: {unexpected}";
        }
    }

    // A fault or a branch that did not occur was not tested.
    private IEnumerable<string> Missing(Tally tally)
    {
        FaultSet asked = options.Faults;
        (FaultSet Of, long Count, string What)[] owed =
        [
            (FaultSet.Cut, faults[FaultKind.Cut], "cuts"),
            (FaultSet.Reset, faults[FaultKind.Reset], "resets"),
            (FaultSet.HalfOpen, faults[FaultKind.HalfOpen], "half-open connections"),
            (FaultSet.Delay, faults[FaultKind.Delay], "delays"),
            (FaultSet.Trickle, faults[FaultKind.Trickle], "trickles"),
            (FaultSet.Orphan, faults[FaultKind.Orphan], "orphans"),
            (FaultSet.Blackout, clients.Gaps, "reported gaps"),
            (FaultSet.Restart, plan.Made.GetValueOrDefault(FaultSet.Restart), "restarts"),
            (FaultSet.Kill, plan.Made.GetValueOrDefault(FaultSet.Kill), "kills"),
            (FaultSet.Restart | FaultSet.Kill, tally.Unrecovered, "lost sessions"),
            (FaultSet.Loss, plan.Network.Dropped, "lost packets"),
            (FaultSet.Narrow, plan.Network.Delayed, "packets that a narrow network held back"),
            (FaultSets.Breaking, clients.Resumes, "resumes"),
            (FaultSets.Breaking, served.Replays, "gaps filled"),
            (FaultSets.Breaking, served.Replayed, "replays"),
        ];
        return owed.Where(branch => (asked & branch.Of) != 0 && branch.Count == 0).Select(static branch => $"there were no {branch.What}");
    }
}
