namespace Realtime.Checker;

/// <summary>Reads the logs of a run, twice: what servers and senders say first, then what clients were given, because that is only understood with the former.</summary>
internal sealed class RunReader
{
    private readonly Run _run;
    private readonly ClientReader _clients;

    private RunReader(IReadOnlyList<LogFile> files)
    {
        _run = new Run(files);
        _clients = new ClientReader(_run);
    }

    internal static Run Read(IReadOnlyList<LogFile> files)
    {
        var reader = new RunReader(files);
        reader.ForEachLine(reader._run.Keep);
        reader.ReadNodes();
        reader._run.Of(RecordKind.Send).ForEach(reader.ReadSend);
        reader._run.Of(RecordKind.Ack).ForEach(reader.ReadAck);
        reader._run.Of(RecordKind.Fail).ForEach(line => reader._run.MessageOf(line.Record)?.Fails.Add(line));
        reader._run.Of(RecordKind.Control).ForEach(reader.ReadControl);
        reader._run.Of(RecordKind.Handled).ForEach(line => reader._run.MessageOf(Id(line)).Handled.Add(line));
        reader._run.Of(RecordKind.Join).ForEach(reader.ReadJoin);
        reader.ReadLeaves();
        reader.ReadRotations();
        reader._clients.Read();
        return reader._run;
    }

    private static string Id(Line line) => line.Record.Id ?? throw Lacks(line, "id");

    private static InvalidDataException Lacks(Line line, string field) =>
        new($"log {line.File} line {line.Number}: a {line.Record.Kind} without {field}");

    private void ForEachLine(Action<Line> read)
    {
        for (int file = 0; file < _run.Files.Count; file++)
        {
            IReadOnlyList<LogRecord> records = _run.Files[file].Records;
            for (int index = 0; index < records.Count; index++)
            {
                read(new Line(records[index], file, index + 1));
            }
        }
    }

    private void ReadNodes()
    {
        foreach (Line crash in _run.Of(RecordKind.Crash))
        {
            if (crash.Record.Owner is { } owner)
            {
                _run.CrashedNodes.Add(owner);
            }
        }

        _run.Suspensions.AddRange(_run.Of(RecordKind.Fault).Where(static line => line.Record is { Owner: not null, Phase: "end" }));
        List<Line> stops = _run.Of(RecordKind.Stop);
        foreach (Line start in _run.Of(RecordKind.Start))
        {
            if (start.Record.Owner is { } owner && !stops.Exists(stop => start.IsBefore(stop) && (stop.Record.Owner ?? owner) == owner))
            {
                _run.CrashedNodes.Add(owner);
            }
        }

        bool torn = _run.Files.Any(file => file.Torn && file.Records.Any(record => record.Kind is RecordKind.Join or RecordKind.Claim or RecordKind.Handled));
        _run.NodesCrashed = _run.CrashedNodes.Count > 0 || torn;
        _run.LinesMissing = torn || (_run.NodesCrashed && _run.Files.Count > 1);
    }

    private void ReadSend(Line line)
    {
        Message message = _run.MessageOf(Id(line));
        if (message.Sends.Count == 0)
        {
            _run.Sent.Add(message);
        }

        message.Sends.Add(line);
        _run.ByOperation[line.Record.Op ?? message.Id] = message;
    }

    private void ReadAck(Line line)
    {
        LogRecord ack = line.Record;
        Message? message = ack.Id is { } id ? _run.MessageOf(id) : _run.MessageOf(ack);
        message?.Acks.Add(line);
        if (message is not null && ack is { Stream: { } name, Offset: { } offset })
        {
            StreamLog stream = _run.StreamOf(name);
            NameRoom(stream, ack.Room, line);
            if (!stream.At.ContainsKey(offset))
            {
                var copy = new Copy(message, stream, offset, line);
                stream.At.Add(offset, copy);
                message.Copies.Add(copy);
            }
        }
    }

    private void ReadControl(Line line)
    {
        StreamLog stream = _run.StreamOf(line.Record.Stream ?? throw Lacks(line, "stream"));
        NameRoom(stream, line.Record.Room, line);
        stream.Controls.TryAdd(line.Record.Offset ?? throw Lacks(line, "offset"), line);
    }

    private void ReadJoin(Line line)
    {
        LogRecord record = line.Record;
        Session session = _run.SessionOf(record.Session ?? throw Lacks(line, "session"));
        if (record.Stream is null)
        {
            return; // a room that keeps no log: nothing is promised there
        }

        StreamLog stream = _run.StreamOf(record.Stream);
        NameRoom(stream, record.Room, line);
        session.Memberships.Add(new Membership(stream, record.Room, record.Offset ?? throw Lacks(line, "offset"), line));
    }

    // Join and leave may stand in the logs of two nodes, whose order is unknown: their offsets tell what belongs together.
    private void ReadLeaves()
    {
        IEnumerable<(Line Line, string Stream, long Offset)> leaves =
            from line in _run.Of(RecordKind.Leave).Concat(_run.Of(RecordKind.Join))
            let isLeave = line.Record.Kind == RecordKind.Leave
            let stream = isLeave ? line.Record.Stream : line.Record.Old
            let offset = isLeave ? line.Record.Offset : line.Record.To
            where stream is not null && offset is not null
            orderby offset
            select (line, stream, offset.Value);
        foreach ((Line line, string stream, long offset) in leaves)
        {
            _run.SessionOf(line.Record.Session ?? throw Lacks(line, "session")).LastMembership(_run.StreamOf(stream), offset)?.Close(offset, line);
        }

        foreach (Session session in _run.Sessions.Values)
        {
            session.EndBeforeRejoining(_run.NodesCrashed || _run.Suspensions.Count > 0);
        }
    }

    // Who is a member when a log goes on under another stream is one from the beginning of that, unless it joined there itself.
    private void ReadRotations()
    {
        foreach (Line line in _run.Of(RecordKind.Rotate))
        {
            StreamLog next = _run.StreamOf(line.Record.Stream ?? throw Lacks(line, "stream"));
            NameRoom(next, line.Record.Room, line);
            _run.StreamOf(line.Record.Old ?? throw Lacks(line, "old")).GoOnAs(next, line.Record.To, line);
        }

        foreach (Session session in _run.Sessions.Values)
        {
            for (int index = 0; index < session.Memberships.Count; index++)
            {
                Membership membership = session.Memberships[index];
                if (membership is { IsOpen: true, Stream.Next: { } next } && !session.Memberships.Exists(other => ReferenceEquals(other.Stream, next)))
                {
                    session.Memberships.Add(new Membership(next, membership.Room, joined: 0, membership.Stream.RotatedAt));
                }
            }
        }
    }

    private static void NameRoom(StreamLog stream, string? room, Line line)
    {
        if (stream.Room is null && room is not null)
        {
            stream.Room = room;
            stream.RoomNamedAt = line;
        }
    }
}
