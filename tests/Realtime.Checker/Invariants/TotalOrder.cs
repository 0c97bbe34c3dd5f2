namespace Realtime.Checker;

/// <summary>I6: the numbers of a stream have no holes, every place has one message, and each member receives them in that order.</summary>
internal sealed class TotalOrder : IInvariant
{
    public string Name => "I6";

    public void Check(Run run, Findings findings)
    {
        CheckDeliveries(run, findings);
        Dictionary<StreamLog, long> begins = run.Sessions.Values.SelectMany(session => session.Memberships)
            .GroupBy(membership => membership.Stream).ToDictionary(members => members.Key, members => members.Min(membership => membership.Joined));
        foreach (StreamLog stream in run.Streams.Values)
        {
            CheckHoles(run, stream, begins.GetValueOrDefault(stream, long.MaxValue - 1), findings);
        }
    }

    private static void CheckDeliveries(Run run, Findings findings)
    {
        var last = new Dictionary<(Session, StreamLog), Line>();
        foreach ((Line line, Session session) in run.Deliveries)
        {
            if (!TryPlace(run, line.Record, out StreamLog stream, out long offset))
            {
                continue;
            }

            if (stream.At.TryGetValue(offset, out Copy? copy) && copy.Message.Id != line.Record.Id)
            {
                findings.Add($"{stream.Id}:{offset} is {copy.Message.Id} and was delivered to {session.Id} as {line.Record.Id}", copy.Evidence, line);
            }

            if (last.TryGetValue((session, stream), out Line before) && TryPlace(run, before.Record, out _, out long passed) && offset < passed)
            {
                findings.Add($"{session.Id} received {stream.Id}:{offset} ({line.Record.Id}) after {stream.Id}:{passed} ({before.Record.Id})", before, line);
            }
            else
            {
                last[(session, stream)] = line;
            }

            CheckGaps(session, stream, offset, line, findings);
        }
    }

    // Who was told that a range is lost stands behind it; who has received something cannot be told that it is lost.
    private static void CheckGaps(Session session, StreamLog stream, long offset, Line line, Findings findings)
    {
        foreach (Line gap in session.Gaps)
        {
            if (gap.Record is { To: { } to, From: { } from } && gap.Record.Stream == stream.Id && offset >= from && offset <= to)
            {
                findings.Add($"{session.Id} received {stream.Id}:{offset}, which it was told is lost", gap, line);
            }
        }
    }

    // A plain client sees no number: the place of the only copy counts.
    private static bool TryPlace(Run run, LogRecord record, out StreamLog stream, out long offset)
    {
        if (record is { Stream: { } name, Offset: { } given })
        {
            stream = run.StreamOf(name);
            offset = given;
            return true;
        }

        Copy? only = run.MessageOf(record) is { Copies: [var copy], Rooms.Count: 1 } ? copy : null;
        stream = only?.Stream!;
        offset = only?.Offset ?? 0;
        return only is not null;
    }

    private static void CheckHoles(Run run, StreamLog stream, long begin, Findings findings)
    {
        SortedSet<long> taken = [.. stream.At.Keys, .. stream.Controls.Keys];
        if (taken.Count == 0)
        {
            return;
        }

        long first = Math.Min(begin + 1, taken.Min), last = taken.Max, holes = last - first + 1 - taken.GetViewBetween(first, last).Count;
        if (holes == 0)
        {
            return;
        }

        // A place whose message nobody knows may be that of one whose fate nobody knows.
        if (run.NodesCrashed || holes <= run.Sent.Count(message => message.Fails.Count == 0 && stream.Room is { } room && message.Names(room) && message.CopyIn(room) is null))
        {
            return;
        }

        for (long offset = first; offset < last; offset++)
        {
            if (!taken.Contains(offset))
            {
                int next = stream.After(offset);
                findings.Add($"{stream.Id}:{offset} was never given to anything", next < stream.Sorted.Length ? [stream.Sorted[next].Evidence] : [.. stream.Controls.Values.Take(1)]);
                return;
            }
        }
    }
}
