namespace Realtime.Checker;

/// <summary>I15: what is sent to a room reaches members of that room only, and nobody who is left out.</summary>
internal sealed class Isolation : IInvariant
{
    public string Name => "I15";

    public void Check(Run run, Findings findings)
    {
        CheckNames(run, findings);
        foreach ((Line line, Session session) in run.Deliveries)
        {
            Message? message = run.MessageOf(line.Record);
            if (line.Record.Stream is null)
            {
                CheckUnnumbered(session, message, line, findings);
            }
            else
            {
                CheckNumbered(run, session, message, line, findings);
            }
        }

        foreach ((Line line, Session session) in run.Announcements)
        {
            CheckAnnouncement(run, session, line, findings);
        }
    }

    // A stream belongs to one room; a second room in it is a message of one room in the log of another.
    private static void CheckNames(Run run, Findings findings)
    {
        foreach (RecordKind kind in (ReadOnlySpan<RecordKind>)[RecordKind.Ack, RecordKind.Control, RecordKind.Join])
        {
            foreach (Line line in run.Of(kind))
            {
                LogRecord record = line.Record;
                if (record is { Stream: { } stream, Room: { } room } && run.StreamOf(stream) is { Room: { } known } log && known != room)
                {
                    findings.Add($"stream {stream} is of room {known} and of room {room}", log.RoomNamedAt, line);
                }

                if (kind == RecordKind.Ack && record.Room is { } acked && run.MessageOf(record) is { Sends.Count: > 0 } message && !message.Names(acked))
                {
                    findings.Add($"{message.Id} was put into room {acked}, to which it was not sent", message.Sends[0], line);
                }
            }
        }
    }

    private static void CheckNumbered(Run run, Session session, Message? message, Line line, Findings findings)
    {
        StreamLog stream = run.StreamOf(line.Record.Stream!);
        long offset = line.Record.Offset ?? 0;
        if (message is { Sends.Count: > 0 } && stream.Room is { } room && !message.Names(room))
        {
            findings.Add($"{session.Id} received {message.Id} in room {room}, to which it was not sent", message.Sends[0], line);
        }
        else if (session.IsPromised && session.MembershipAt(stream, offset) is null)
        {
            Membership? near = session.Memberships.Find(membership => ReferenceEquals(membership.Stream, stream));
            findings.Add($"{session.Id} received {stream.Id}:{offset} ({message?.Id}) while it was no member of {stream.Room}", near is null ? [line] : [near.LeftAt ?? near.JoinedAt, line]);
        }
        else if (stream.At.TryGetValue(offset, out Copy? copy) && ReferenceEquals(copy.Message, message) && Addressing.Of(session, copy) == Addressed.Excluded)
        {
            findings.Add($"{session.Id} received {message!.Id}, which was not for it", message.Sends[0], line);
        }
    }

    private static void CheckUnnumbered(Session session, Message? message, Line line, Findings findings)
    {
        if (message?.Sent is not { } sent)
        {
            return;
        }

        if (sent.Except is { } except && (except.Contains(session.Id) || except.Contains(session.Client)))
        {
            findings.Add($"{session.Id} received {message.Id}, which was not for it", message.Sends[0], line);
        }
        else if (line.Record.Room is { } room && !message.Names(room))
        {
            findings.Add($"{session.Id} received {message.Id} in room {room}, to which it was not sent", message.Sends[0], line);
        }
        else if (session.Memberships.Count > 0 && message.Rooms.Count > 0 && !session.Memberships.Exists(membership => membership.Room is { } joined && message.Names(joined)))
        {
            findings.Add($"{session.Id} received {message.Id}, and was never a member of a room to which it was sent", message.Sends[0], line);
        }
    }

    private static void CheckAnnouncement(Run run, Session session, Line line, Findings findings)
    {
        if (run.NodesCrashed || line.Record is not { Stream: { } name, Offset: { } offset } || run.Of(RecordKind.Join).Count == 0)
        {
            return;
        }

        StreamLog stream = run.StreamOf(name);
        if (!session.Memberships.Exists(membership => ReferenceEquals(membership.Stream, stream) && offset >= membership.Joined && offset <= membership.Left))
        {
            findings.Add($"{session.Id} was told of {name}:{offset}, where it was no member", line);
        }
    }
}
