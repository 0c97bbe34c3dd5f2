using System.Globalization;
using Realtime.Checker;

namespace Realtime.Simulation;

/// <summary>What a client sends: numbered, within the granted window, again after a resume, until it is confirmed.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class SendWindow(World world, SimulatedClient client)
{
    private readonly Queue<ClientMessage> _waiting = new();
    private readonly SortedDictionary<long, ClientMessage> _unconfirmed = [];
    private readonly Dictionary<long, long> _asked = [];
    private long _next = 1;
    private int _granted;

    internal bool IsIdle => _waiting.Count == 0 && _unconfirmed.Count == 0;

    private long Low => _unconfirmed.Count > 0 ? _unconfirmed.Keys.First() : _next;

    internal void Send(ClientMessage message)
    {
        world.Recorder.Add(Records.Request($"r-{message.Id}", client.Name));
        _waiting.Enqueue(message);
        Flush();
    }

    internal void OnConnected(bool isRecovered, long received, int window)
    {
        _granted = window;
        _asked.Clear();
        if (isRecovered)
        {
            Repeat(received);
        }
        else
        {
            Fail();
        }

        Flush();
    }

    /// <summary>Takes an acknowledgement.</summary>
    /// <returns>Whether it is one of a message.</returns>
    internal bool OnAck(long id, string json)
    {
        if (!_asked.Remove(id, out long number))
        {
            return false;
        }

        world.Recorder.Add(Records.Answer(client.Session, number, json));
        Confirm(number);
        Flush();
        return true;
    }

    private void Repeat(long received)
    {
        foreach (ClientMessage message in _unconfirmed.Values.ToArray())
        {
            if (message.Number <= received && !message.WantsResult)
            {
                Confirm(message.Number);
            }
        }

        foreach (ClientMessage message in _unconfirmed.Values)
        {
            world.Coverage.Hit(Branch.Repeated);
            Write(message, isRepeated: true);
        }
    }

    private void Fail()
    {
        foreach (ClientMessage message in _unconfirmed.Values)
        {
            world.Recorder.Add(Records.Unknown(message.Id));
            world.Recorder.Add(Records.Completion($"r-{message.Id}", "gone"));
        }

        _unconfirmed.Clear();
        _next = 1;
    }

    private void Confirm(long number)
    {
        if (_unconfirmed.Remove(number, out ClientMessage? message))
        {
            world.Recorder.Add(Records.Completion($"r-{message.Id}", "result"));
        }
    }

    private void Flush()
    {
        while (client.IsConnected && _waiting.Count > 0 && _next < Low + _granted)
        {
            ClientMessage first = _waiting.Dequeue();
            if (world.Mutation == MutationKind.SwapSends && _waiting.Count > 0 && _next + 1 < Low + _granted)
            {
                ClientMessage second = _waiting.Dequeue();
                NoteSend(first);
                NoteSend(second);
                Number(second);
                Number(first);
                continue;
            }

            NoteSend(first);
            Number(first);
        }
    }

    private void Number(ClientMessage message)
    {
        message.Number = _next++;
        _unconfirmed[message.Number] = message;
        Write(message, isRepeated: false);
    }

    private void NoteSend(ClientMessage message)
    {
        string[] rooms = message.How switch { "none" => [], "me" => [$"/#me-{client.Session}"], _ => [.. message.Rooms.Select(world.Recorder.Room)] };
        world.Recorder.Add(Records.Send(message.Id, message.Hash, client.Name, rooms) with
        {
            Session = client.Session,
            Except = message.How == "others" ? [client.Session] : null,
            ExceptRooms = message.How == "except" ? [world.Recorder.Room(message.Except)] : null,
        });
    }

    private void Write(ClientMessage message, bool isRepeated)
    {
        long id = client.NextAckId();
        _asked[id] = message.Number;
        string rooms = string.Join(',', message.Rooms.Select(static room => $"\"{room}\""));
        client.Write(
            string.Create(
                CultureInfo.InvariantCulture,
                $"42{id}[\"{message.Event}\",\"{message.Id}\",\"{message.Hash}\",{message.Delay},\"{message.How}\",[{rooms}],\"{message.Except}\",{{\"$rt:id\":{message.Number},\"low\":{Low}}}]"),
            isRepeated);
    }
}
