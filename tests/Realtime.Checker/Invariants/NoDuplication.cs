namespace Realtime.Checker;

/// <summary>I2: no handler gets a message twice, neither that of a client, across all its sessions, nor that of the server.</summary>
internal sealed class NoDuplication : IInvariant
{
    public string Name => "I2";

    public void Check(Run run, Findings findings)
    {
        var given = new Dictionary<(string Client, string Id), Line>();
        foreach ((Line line, Session session) in run.Deliveries)
        {
            (string, string) key = (session.Client ?? session.Id, line.Record.Id!);
            if (given.TryAdd(key, line))
            {
                continue;
            }

            if (run.IsLost(given[key].Record) && given[key].Record.Stream != line.Record.Stream)
            {
                run.Repeated++;
                given[key] = line;
            }
            else
            {
                findings.Add($"{key.Item1} received {key.Item2} twice", given[key], line);
            }
        }

        CheckNumbers(run, findings);
        CheckHandled(run, findings);
    }

    private static void CheckNumbers(Run run, Findings findings)
    {
        var handled = new Dictionary<(string?, long), Line>();
        foreach (Line line in run.Of(RecordKind.Handled))
        {
            if (line.Record.Number is { } number && !handled.TryAdd((line.Record.Session, number), line)
                && handled[(line.Record.Session, number)] is var first && !IsAllowed(run, first, line))
            {
                findings.Add($"message {number} of {line.Record.Session} was handled twice", first, line);
            }
        }
    }

    // A number dies with its session. So a message that is handled under two was sent again although nobody could know.
    private static void CheckHandled(Run run, Findings findings)
    {
        foreach (Message message in run.Sent)
        {
            for (int index = 1; index < message.Handled.Count; index++)
            {
                Line first = message.Handled[0], again = message.Handled[index];
                bool sameNumber = again.Record.Number is not null && first.Record.Number == again.Record.Number && first.Record.Session == again.Record.Session;
                bool isPromised = again.Record.Number is not null || again.Record.Once == true;
                if (isPromised && !sameNumber && message.Sends.Count == 1 | again.Record.Once == true && !(again.Record.Once == true && IsAllowed(run, first, again)))
                {
                    findings.Add($"{message.Id} was handled twice", first, again);
                }
            }
        }
    }

    // When its owner was killed or suspended it may be handled again, as the same message.
    private static bool IsAllowed(Run run, Line first, Line again)
    {
        LogRecord one = first.Record, two = again.Record;
        if (one.Id != two.Id)
        {
            return false;
        }

        return one.Owner is null || two.Owner is null
            ? run.NodesCrashed
            : (one.Owner != two.Owner || one.Kept == false || WasTakenBetween(run, one, two)) && (run.MayBeDoneAgain(first) || run.MayBeDoneAgain(again));
    }

    // It came back to the node that did not answer when it was taken from it.
    private static bool WasTakenBetween(Run run, LogRecord first, LogRecord again) =>
        run.Takings[first.Session].Any(taking => taking.Record.Fence > first.Fence && taking.Record.Fence < again.Fence);
}
