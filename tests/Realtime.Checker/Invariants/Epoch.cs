namespace Realtime.Checker;

/// <summary>I8: numbers never move back in a stream, and none is used twice; a log that is lost goes on under another stream, and members are told.</summary>
internal sealed class Epoch : IInvariant
{
    public string Name => "I8";

    public void Check(Run run, Findings findings)
    {
        CheckReuse(run, findings);
        for (int file = 0; file < run.Files.Count; file++)
        {
            CheckAcks(run, file, findings);
        }

        CheckSuccession(run, findings);
        foreach ((Line line, Session session) in run.Announcements)
        {
            CheckAnnouncement(session, line, findings);
        }
    }

    private static void CheckReuse(Run run, Findings findings)
    {
        foreach (Line line in run.Of(RecordKind.Ack))
        {
            if (line.Record is { Stream: { } stream, Offset: { } offset } && run.MessageOf(line.Record) is { } message)
            {
                StreamLog log = run.StreamOf(stream);
                if (log.At.TryGetValue(offset, out Copy? copy) && !ReferenceEquals(copy.Message, message))
                {
                    findings.Add($"{stream}:{offset} was given to {copy.Message.Id} and to {message.Id}", copy.Evidence, line);
                }
                else if (log.Controls.TryGetValue(offset, out Line control))
                {
                    findings.Add($"{stream}:{offset} was given to a control entry and to {message.Id}", control, line);
                }
            }
        }
    }

    // What one process sent after it had an acknowledgement stands behind it. Records of one file are in order.
    private static void CheckAcks(Run run, int file, Findings findings)
    {
        var highest = new Dictionary<string, (long Offset, Line Line)>();
        var before = new Dictionary<Message, int>();
        IReadOnlyList<LogRecord> records = run.Files[file].Records;
        for (int index = 0; index < records.Count; index++)
        {
            LogRecord record = records[index];
            var line = new Line(record, file, index + 1);
            if (record.Kind == RecordKind.Send && record.Id is { } id)
            {
                before.TryAdd(run.MessageOf(id), line.Number);
            }
            else if (record is { Kind: RecordKind.Ack, Stream: { } stream, Offset: { } offset } && run.MessageOf(record) is { } message)
            {
                if (highest.TryGetValue(stream, out (long Offset, Line Line) last) && offset < last.Offset
                    && before.TryGetValue(message, out int sentAt) && message.Sends.Count == 1 && last.Line.Number < sentAt)
                {
                    findings.Add($"{message.Id} was sent after {stream}:{last.Offset} was acknowledged, and stands at {offset}", last.Line, line);
                }

                if (offset >= last.Offset)
                {
                    highest[stream] = (offset, line);
                }
            }
        }
    }

    // A stream is over for a client when it was given something of the one that it went on as.
    private static void CheckSuccession(Run run, Findings findings)
    {
        foreach (Session session in run.Sessions.Values)
        {
            foreach (StreamLog stream in session.Memberships.Select(static membership => membership.Stream).Distinct())
            {
                if (stream.Next is { } next && session.EventsOf.TryGetValue(stream.Id, out List<Line>? old) && session.EventsOf.TryGetValue(next.Id, out List<Line>? events)
                    && events[0].IsBefore(old[^1]))
                {
                    findings.Add($"{session.Id} was told of {stream.Id} after it had received something of {next.Id}, as which it went on", events[0], old[^1]);
                }
            }
        }
    }

    private static void CheckAnnouncement(Session session, Line at, Findings findings)
    {
        LogRecord record = at.Record;
        if (session.EventsOf.TryGetValue(record.Stream!, out List<Line>? events))
        {
            Line passed = events.Find(line => line.IsBefore(at) && line.Record.Kind == RecordKind.Recv && line.Record.Offset > record.Offset);
            if (passed.Record is not null)
            {
                findings.Add($"the position of {session.Id} in {record.Stream} was set back to {record.Offset}", passed, at);
            }
        }

        if (record is { Old: { } old, To: null } && FirstDelivery(session, record.Stream!, at) is { } delivery && !IsTold(session, old, delivery))
        {
            findings.Add($"{old} was lost and goes on as {record.Stream}; {session.Id} was not told before it received more", at, delivery);
        }
    }

    private static Line? FirstDelivery(Session session, string stream, Line after) =>
        session.EventsOf.TryGetValue(stream, out List<Line>? events) && events.Find(line => after.IsBefore(line) && line.Record.Kind == RecordKind.Recv) is { Record: not null } found ? found : null;

    private static bool IsTold(Session session, string stream, Line before) =>
        session.EventsOf.TryGetValue(stream, out List<Line>? events) && events.Exists(line => line.Record is { Kind: RecordKind.Gap, To: null } && line.IsBefore(before));
}
