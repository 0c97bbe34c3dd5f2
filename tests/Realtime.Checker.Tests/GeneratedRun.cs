namespace Realtime.Checker.Tests;

/// <summary>A model of rooms and clients that writes a correct log: with reconnects, gaps, copies in several rooms, exclusions, lost answers and new sessions.</summary>
/// <remarks>Confined to one test. The model knows nothing of the checker.</remarks>
internal sealed class GeneratedRun
{
    private static readonly string[] s_rooms = ["a", "b", "c", "d"];
    private readonly Random _random;
    private readonly long[] _heads = new long[s_rooms.Length];
    private readonly List<ModelClient> _clients = [];
    private int _messages;
    private int _sessions;

    private GeneratedRun(int seed) => _random = new Random(seed);

    internal List<(string File, LogRecord Record)> Lines { get; } = [];

    internal static GeneratedRun Of(int seed, int steps = 150)
    {
        var run = new GeneratedRun(seed);
        run.Server(Records.Start("n1"));
        for (int index = 0; index < 5; index++)
        {
            var client = new ModelClient($"c{index}");
            run._clients.Add(client);
            run.Open(client, recovered: null);
        }

        for (int step = 0; step < steps; step++)
        {
            run.Step();
        }

        run.Finish();
        return run;
    }

    internal static string StreamOf(string room) => $"s-{room}";

    internal static IReadOnlyList<LogRecord> OneList(IEnumerable<(string File, LogRecord Record)> lines) => [.. lines.Select(line => line.Record)];

    internal static IReadOnlyList<LogFile> SeveralFiles(IEnumerable<(string File, LogRecord Record)> lines) =>
        [.. lines.GroupBy(line => line.File).Select(file => new LogFile(file.Key, [.. file.Select(line => line.Record)])).OrderBy(file => file.Name, StringComparer.Ordinal)];

    private void Server(LogRecord record) => Lines.Add(("server", record));

    private void Client(ModelClient client, LogRecord record) => Lines.Add((client.Name, record));

    private void Step()
    {
        ModelClient client = _clients[_random.Next(_clients.Count)];
        switch (_random.Next(20))
        {
            case < 8:
                EmitFrom(client);
                break;
            case < 10:
                PublishFromServer();
                break;
            case 10:
                Join(client, s_rooms[_random.Next(s_rooms.Length)]);
                break;
            case 11:
                Leave(client);
                break;
            case 12:
                int room = _random.Next(s_rooms.Length);
                Server(Records.Control(s_rooms[room], StreamOf(s_rooms[room]), ++_heads[room]));
                break;
            case 13 or 14:
                Drop(client);
                break;
            case 15:
                Reconnect(client);
                break;
            default:
                Deliver(client, _random.Next(1, 5));
                break;
        }
    }

    private void Open(ModelClient client, bool? recovered)
    {
        client.Begin($"p{++_sessions}");
        Server(Records.Claim(client.Session, "n1", client.Fence));
        Client(client, Records.Connect(client.Name, client.Session, recovered));
        Join(client, "a");
        Join(client, s_rooms[_random.Next(1, s_rooms.Length)]);
    }

    private void Join(ModelClient client, string room)
    {
        if (client.IsConnected && client.Rooms.Add(room))
        {
            Server(Records.Join(client.Session, room, StreamOf(room), _heads[Array.IndexOf(s_rooms, room)]));
            Client(client, Records.At(client.Name, client.Session, StreamOf(room), _heads[Array.IndexOf(s_rooms, room)]));
        }
    }

    private void Leave(ModelClient client)
    {
        string room = s_rooms[_random.Next(1, s_rooms.Length)];
        if (client.IsConnected && client.Rooms.Remove(room))
        {
            Server(Records.Leave(client.Session, room, StreamOf(room), _heads[Array.IndexOf(s_rooms, room)]));
        }
    }

    private void EmitFrom(ModelClient client)
    {
        if (!client.IsConnected)
        {
            return;
        }

        string id = $"m{++_messages}";
        string[] rooms = SomeRooms();
        Client(client, Records.Request($"r-{id}", client.Name));
        Client(client, Records.Send(id, $"h-{id}", client.Name, rooms) with { Session = client.Session });
        bool lost = _random.Next(12) == 0, taken = !lost || _random.Next(2) == 0;
        if (taken)
        {
            client.Number++;
            Server(Records.Handled(client.Session, client.Number, id, client.Owner, client.Fence));
            Publish(id, rooms, [], lost ? null : client);
            Server(Records.Answer(client.Session, client.Number, $"answer-{id}"));
        }

        if (lost)
        {
            Client(client, Records.Timeout(id));
        }

        Client(client, Records.Completion($"r-{id}", lost ? "timeout" : "result"));
    }

    private void PublishFromServer()
    {
        string id = $"m{++_messages}";
        string[] except = _random.Next(2) == 0 ? [] : [_clients[_random.Next(_clients.Count)].Session];
        string[] rooms = SomeRooms();
        Server(Records.Send(id, $"h-{id}", null, rooms) with { Except = except.Length == 0 ? null : except });
        Publish(id, rooms, except, null, toServer: true);
    }

    private string[] SomeRooms() => [.. s_rooms.Where(_ => _random.Next(3) == 0).DefaultIfEmpty("a")];

    private void Publish(string id, string[] rooms, string[] except, ModelClient? answered, bool toServer = false)
    {
        foreach (string room in rooms.Order(StringComparer.Ordinal))
        {
            long offset = ++_heads[Array.IndexOf(s_rooms, room)];
            foreach (ModelClient member in _clients)
            {
                bool earlier = rooms.Any(other => string.CompareOrdinal(other, room) < 0 && member.Rooms.Contains(other));
                if (member.Rooms.Contains(room) && !earlier && !except.Contains(member.Session))
                {
                    member.Pending.Add(Records.Recv(member.Name, member.Session, StreamOf(room), offset, id, $"h-{id}"));
                }
            }

            LogRecord ack = Records.Ack(id, room, StreamOf(room), offset);
            if (toServer)
            {
                Server(ack);
            }
            else if (answered is not null)
            {
                Client(answered, ack);
            }
        }
    }

    private void Deliver(ModelClient client, int count)
    {
        while (client.IsConnected && count-- > 0 && client.Pending.Count > 0)
        {
            // Streams have no order among each other: the next of any of them.
            string[] streams = [.. client.Pending.Select(record => record.Stream!).Distinct()];
            string stream = streams[_random.Next(streams.Length)];
            LogRecord next = client.Pending.First(record => record.Stream == stream);
            client.Pending.Remove(next);
            Client(client, next);
        }
    }

    private void Drop(ModelClient client)
    {
        if (client.IsConnected)
        {
            client.IsConnected = false;
            Client(client, Records.Disconnect(client.Name, client.Session, final: false));
        }
    }

    private void Reconnect(ModelClient client)
    {
        if (client.IsConnected)
        {
            return;
        }

        client.IsConnected = true;
        if (_random.Next(5) == 0)
        {
            Open(client, recovered: false);
            return;
        }

        Server(Records.Fence(client.Session, client.Owner, client.Fence));
        client.Fence++;
        client.Owner = $"n{_random.Next(1, 4)}";
        Server(Records.Claim(client.Session, client.Owner, client.Fence));
        Client(client, Records.Connect(client.Name, client.Session, recovered: true));
        if (_random.Next(2) == 0)
        {
            Trim(client);
        }
    }

    // The log was trimmed under a reader, who is told.
    private void Trim(ModelClient client)
    {
        if (client.Pending.Count > 0)
        {
            string stream = client.Pending[0].Stream!;
            LogRecord[] lost = [.. client.Pending.Where(record => record.Stream == stream).Take(_random.Next(1, 4))];
            Client(client, Records.Gap(client.Name, client.Session, stream, lost[0].Offset!.Value, lost[^1].Offset!.Value));
            client.Pending.RemoveAll(lost.Contains);
        }
    }

    private void Finish()
    {
        _clients.ForEach(Reconnect);
        foreach (ModelClient client in _clients)
        {
            Deliver(client, int.MaxValue);
        }

        foreach (ModelClient client in _clients)
        {
            Client(client, Records.Quiet());
        }

        Server(Records.Stop("n1"));
    }
}
