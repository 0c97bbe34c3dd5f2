namespace Realtime.Checker;

/// <summary>I16: the sessions of a node that stops gracefully, and hands them over, are recovered.</summary>
internal sealed class Drain : IInvariant
{
    public string Name => "I16";

    public void Check(Run run, Findings findings)
    {
        var drained = new Dictionary<string, Line>();
        foreach (Line line in run.Of(RecordKind.Drain))
        {
            if (line.Record is { Owner: { } owner, Kept: true } && !run.CrashedNodes.Contains(owner))
            {
                drained.TryAdd(owner, line);
            }
        }

        if (drained.Count == 0)
        {
            return;
        }

        Dictionary<string, Line> owners = run.Of(RecordKind.Claim).Where(line => line.Record is { Session: not null, Owner: not null })
            .GroupBy(line => line.Record.Session!).ToDictionary(claims => claims.Key, claims => claims.MaxBy(line => line.Record.Fence));
        foreach (List<Session> sessions in run.SessionsOf.Values)
        {
            for (int index = 1; index < sessions.Count; index++)
            {
                if (sessions[index].Connected is { Record.Recovered: false } connected && IsOwed(run, sessions[index - 1], connected)
                    && owners.TryGetValue(sessions[index - 1].Id, out Line claim) && drained.TryGetValue(claim.Record.Owner!, out Line drain)
                    && !(connected.Record.Value > drain.Record.Window))
                {
                    findings.Add($"{sessions[index - 1].Id} was on {claim.Record.Owner}, which stopped gracefully, and was not recovered", claim, drain, connected);
                }
            }
        }
    }

    // A session that its client or the server had ended is not owed to anybody.
    private static bool IsOwed(Run run, Session session, Line connected) =>
        session.Ended is not { } ended || ended == connected || !run.Of(RecordKind.Disconnect).Contains(ended);
}
