namespace Realtime.Checker;

/// <summary>I3: nothing is received that was not sent, and the payload is the one that was sent.</summary>
internal sealed class NoPhantom : IInvariant
{
    public string Name => "I3";

    public void Check(Run run, Findings findings)
    {
        foreach (Line line in run.Of(RecordKind.Recv))
        {
            CheckOne(run, line, $"{line.Record.Client} received", findings);
        }

        foreach (Line line in run.Of(RecordKind.Handled))
        {
            CheckOne(run, line, "the server handled", findings);
        }
    }

    private static void CheckOne(Run run, Line line, string who, Findings findings)
    {
        LogRecord record = line.Record;
        if (record.Id is null || !run.Messages.TryGetValue(record.Id, out Message? message) || message.Sends.Count == 0)
        {
            findings.Add($"{who} {record.Id}, which nobody sent", line);
        }
        else if (record.Hash is { } hash && message.Sends[0].Record.Hash is { } sent && hash != sent)
        {
            findings.Add($"{who} {record.Id} with another payload than was sent", message.Sends[0], line);
        }
    }
}
