namespace Realtime.Checker;

/// <summary>I10: who waits for an answer gets exactly one end: a result, an error, a timeout, or that the other side is gone.</summary>
internal sealed class OneCompletion : IInvariant
{
    public string Name => "I10";

    public void Check(Run run, Findings findings)
    {
        var open = new Dictionary<string, Line>();
        foreach (Line line in run.Of(RecordKind.Request))
        {
            if (!open.TryAdd(line.Record.Op ?? "", line))
            {
                findings.Add($"request {line.Record.Op} was made twice", open[line.Record.Op ?? ""], line);
            }
        }

        var ended = new Dictionary<string, Line>();
        foreach (Line line in run.Of(RecordKind.Completion))
        {
            string op = line.Record.Op ?? "";
            if (!ended.TryAdd(op, line))
            {
                findings.Add($"request {op} ended twice: {ended[op].Record.Name}, then {line.Record.Name}", ended[op], line);
            }
            else if (!open.TryGetValue(op, out Line request) || line.IsBefore(request))
            {
                findings.Add($"request {op} ended and was never made", line);
            }
        }

        foreach ((string op, Line request) in open)
        {
            if (!ended.ContainsKey(op) && HadTime(run, request))
            {
                findings.Add($"request {op} never ended", request);
            }
        }
    }

    // A process that was killed, or that nobody gave the time, owes nothing.
    private static bool HadTime(Run run, Line request) =>
        (run.Of(RecordKind.Quiet).Exists(request.IsBefore) || run.Of(RecordKind.Stop).Exists(request.IsBefore))
        && !run.Of(RecordKind.Crash).Exists(crash => request.IsBefore(crash) && crash.Record.Client is { } client && client == request.Record.Client)
        && !run.Of(RecordKind.Start).Exists(start => request.IsBefore(start) && start.Record.Owner is null);
}
