namespace Realtime.Checker;

/// <summary>I5: what one client sends is handled, and stands in every room, in the order in which it was sent.</summary>
internal sealed class SenderOrder : IInvariant
{
    public string Name => "I5";

    public void Check(Run run, Findings findings)
    {
        var lastPlace = new Dictionary<(string, string?, StreamLog), (long Offset, Line Line)>();
        var lastNumber = new Dictionary<(string, string?), (long Number, Line Line)>();
        foreach (Message message in run.Sent)
        {
            // A message that its application sent again, and one that names no sender, stands anywhere.
            if (message.Sends is not [{ Record.Client: { } client } send])
            {
                continue;
            }

            LogRecord? handled = message.Handled.Count > 0 ? message.Handled[0].Record : null;
            string? session = handled?.Session ?? send.Record.Session;
            foreach (Copy copy in message.Copies)
            {
                CheckNext(lastPlace, (client, session, copy.Stream), copy.Offset, copy.Evidence, $"{message.Id} of {client} stands at {copy.Stream.Id}:{copy.Offset}, before one that was sent earlier", findings);
            }

            if (handled?.Number is { } number)
            {
                CheckNext(lastNumber, (client, session), number, message.Handled[0], $"{message.Id} of {client} has number {number}, lower than one that was sent earlier", findings);
            }
        }

        CheckHandling(run, findings);
    }

    private static void CheckNext<TKey>(Dictionary<TKey, (long, Line)> last, TKey key, long next, Line line, string what, Findings findings)
        where TKey : notnull
    {
        if (last.TryGetValue(key, out (long Number, Line Line) before) && next < before.Number)
        {
            findings.Add(what, before.Line, line);
        }
        else
        {
            last[key] = (next, line);
        }
    }

    // Messages start in the order of their numbers. One that is handled again after a crash is not for this invariant.
    private static void CheckHandling(Run run, Findings findings)
    {
        var last = new Dictionary<(string?, int), (long, Line)>();
        var seen = new HashSet<(string?, long)>();
        foreach (Line line in run.Of(RecordKind.Handled))
        {
            if (line.Record.Number is { } number && seen.Add((line.Record.Session, number)))
            {
                CheckNext(last, (line.Record.Session, line.File), number, line, $"message {number} of {line.Record.Session} was handled after a later one", findings);
            }
        }
    }
}
