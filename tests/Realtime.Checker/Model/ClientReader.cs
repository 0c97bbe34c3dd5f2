namespace Realtime.Checker;

/// <summary>Reads what clients say: their sessions, what they were given, and whether all of it had time to arrive.</summary>
internal sealed class ClientReader(Run run)
{
    internal void Read()
    {
        for (int file = 0; file < run.Files.Count; file++)
        {
            IReadOnlyList<LogRecord> records = run.Files[file].Records;
            for (int index = 0; index < records.Count; index++)
            {
                ReadLine(new Line(records[index], file, index + 1));
            }
        }
    }

    private void ReadLine(Line line)
    {
        LogRecord record = line.Record;
        if ((record.Kind == RecordKind.Recv && record.Id is null) || (record.Kind is RecordKind.Gap or RecordKind.At && record.Stream is null) || (record.Kind == RecordKind.Connect && (record.Client is null || record.Session is null)))
        {
            throw new InvalidDataException($"log {line.File} line {line.Number}: a {record.Kind} lacks what it is about");
        }

        switch (record.Kind)
        {
            case RecordKind.Connect:
                ReadConnect(line);
                break;
            case RecordKind.Disconnect when line.Record.Final == true:
                SessionOf(line).Ended ??= line;
                break;
            case RecordKind.Recv:
                ReadDelivery(line);
                break;
            case RecordKind.Gap:
                SessionOf(line).Add(line.Record.Stream!, line);
                break;
            case RecordKind.At or RecordKind.End:
                ReadAnnouncement(line);
                break;
            case RecordKind.Crash when line.Record.Client is { } client:
                End(run.SessionsOf.GetValueOrDefault(client), line);
                break;
            case RecordKind.Start or RecordKind.Quiet:
                ReadPhase(line);
                break;
        }
    }

    private void ReadConnect(Line line)
    {
        LogRecord record = line.Record;
        Session session = run.SessionOf(record.Session!);
        List<Session> sessions = SessionsOf(record.Client!);
        if (!sessions.Contains(session))
        {
            // Another session is the word to the client that nothing more comes of the one before.
            End(sessions, line);
            sessions.Add(session);
        }

        session.Client = record.Client;
        session.Connected ??= line;
        session.IsPromised = record.Mode != "plain";
    }

    // A process that starts again in the same file was killed before. One that is quiet has all its messages.
    private void ReadPhase(Line line)
    {
        foreach (List<Session> sessions in run.SessionsOf.Values)
        {
            foreach (Session session in sessions)
            {
                if (session.Connected is not { } connected || connected.File != line.File)
                {
                    continue;
                }

                if (line.Record.Kind == RecordKind.Quiet)
                {
                    session.SawQuiet = true;
                }
                else if (line.Record.Owner is null)
                {
                    session.Ended ??= line;
                }
            }
        }
    }

    private void ReadDelivery(Line line)
    {
        Session session = SessionOf(line);
        run.Deliveries.Add((line, session));
        LogRecord record = line.Record;
        Message? message = run.Messages.GetValueOrDefault(record.Id!);
        if (message is not null)
        {
            message.Given ??= line;
        }

        if (record is not { Stream: { } name, Offset: { } offset })
        {
            return;
        }

        session.Add(name, line);
        StreamLog stream = run.StreamOf(name);
        stream.Room ??= record.Room;

        // The acknowledgement may have been lost: who was given a message tells where it stands.
        if (!stream.At.ContainsKey(offset) && message is { Sends.Count: > 0 }
            && stream.Room is { } room && message.Names(room) && message.CopyIn(room) is null)
        {
            var copy = new Copy(message, stream, offset, line);
            stream.At.Add(offset, copy);
            message.Copies.Add(copy);
        }
    }

    // A node that was killed may have stored a join without having written it down: then the word to the client counts.
    private void ReadAnnouncement(Line line)
    {
        Session session = SessionOf(line);
        if (line.Record.Kind == RecordKind.At)
        {
            run.Announcements.Add((line, session));
        }

        if (!run.NodesCrashed || line.Record.Stream is not { } name)
        {
            return;
        }

        StreamLog stream = run.StreamOf(name);
        if (line.Record.Kind == RecordKind.End)
        {
            session.OpenMembership(stream)?.Close(Highest(session, name), line);
        }
        else if (line.Record.Offset is { } offset && session.MembershipAt(stream, offset + 1) is null)
        {
            session.Memberships.Add(new Membership(stream, stream.Room, offset, line));
        }
    }

    private static long Highest(Session session, string stream) =>
        session.EventsOf.TryGetValue(stream, out List<Line>? events) ? events.Max(line => line.Record.Offset ?? line.Record.To ?? 0) : 0;

    // Without a session in the record it is the newest one of the client that was ever a member there: handlers may run after the next session began.
    private Session SessionOf(Line line)
    {
        LogRecord record = line.Record;
        if (record.Session is { } named)
        {
            Session session = run.SessionOf(named);
            session.Client ??= record.Client;
            return session;
        }

        List<Session> sessions = SessionsOf(record.Client ?? throw new InvalidDataException($"log {line.File} line {line.Number}: a {record.Kind} without client and session"));
        if (sessions.Count == 0)
        {
            Session unnamed = run.SessionOf(record.Client!);
            unnamed.Client = record.Client;
            unnamed.Connected = line;
            sessions.Add(unnamed);
        }

        return (record.Stream is { } stream ? sessions.FindLast(session => session.WasIn(stream)) : null) ?? sessions[^1];
    }

    private List<Session> SessionsOf(string client)
    {
        if (!run.SessionsOf.TryGetValue(client, out List<Session>? sessions))
        {
            run.SessionsOf.Add(client, sessions = []);
        }

        return sessions;
    }

    private static void End(List<Session>? sessions, Line line)
    {
        foreach (Session session in sessions ?? [])
        {
            session.Ended ??= line;
        }
    }
}
