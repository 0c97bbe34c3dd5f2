using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>What passed the store and the backplane, as far as the log needs it: sessions of sockets, memberships, places by order.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class SessionLedger(Recorder recorder)
{
    private readonly Dictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(long Order, long Offset)>> _places = new(StringComparer.Ordinal);
    private readonly HashSet<(string Session, string Room, string Stream, long Offset, long Order, int Time)> _joined = [];
    private readonly HashSet<(string Session, string Room, string Stream, long Offset, long Order, int Time)> _left = [];
    private readonly HashSet<(string Session, string Stream)> _replaced = [];

    /// <summary>Gets the rights to write sessions that were given, the last one at the end.</summary>
    internal Dictionary<string, List<(SessionOwnership Ownership, Node Node)>> Claims { get; } = new(StringComparer.Ordinal);

    internal string SessionOf(string socketId) => _sessions[socketId];

    internal void NoteClaim(SessionRecord record, Node node)
    {
        _sessions[record.SocketId] = record.Id;
        recorder.NamePrivateRoom(record.SocketId, record.Id);
        if (!Claims.TryGetValue(record.Id, out List<(SessionOwnership Ownership, Node Node)>? claims))
        {
            Claims[record.Id] = claims = [];
        }

        if (claims.Count == 0 || claims[^1].Ownership != record.Ownership)
        {
            claims.Add((record.Ownership, node));
            recorder.Add(Records.Claim(recorder.Session(record.Id), node.Name, record.Fence));
        }
    }

    internal void NoteRoom(string stream, string room) => _rooms[stream] = room;

    internal void NotePlaces(PublishResult result)
    {
        foreach (StreamOffset place in result.Offsets)
        {
            if (!_places.TryGetValue(place.Stream, out List<(long Order, long Offset)>? places))
            {
                _places[place.Stream] = places = [];
            }

            places.Add((result.Order, place.Offset));
        }
    }

    internal void NoteStored(string session, IReadOnlyList<SessionRoom> rooms)
    {
        for (int i = 0; i < rooms.Count; i++)
        {
            // Who joins, leaves and joins again at the same place has two stays that look alike.
            SessionRoom room = rooms[i];
            int time = rooms.Take(i).Count(other => other.Room == room.Room && other.Joined == room.Joined && other.JoinedOrder == room.JoinedOrder);
            var key = (session, room.Room, room.Joined.Stream, room.Joined.Offset, room.JoinedOrder, time);
            if (!_replaced.Contains((session, room.Joined.Stream)) && _joined.Add(key))
            {
                recorder.Add(Records.Join(recorder.Session(session), recorder.Room(room.Room), recorder.Stream(room.Joined.Stream), room.Joined.Offset));
            }

            if (room.LeftOrder is { } order && _left.Add(key))
            {
                _replaced.Remove((session, room.Joined.Stream)); // a later stay in the same stream is a join like any other
                _joined.Add(key);
                recorder.Add(Records.Leave(recorder.Session(session), recorder.Room(room.Room), recorder.Stream(room.Joined.Stream), Math.Max(room.Joined.Offset, LastUpTo(room.Joined.Stream, order))));
            }
        }
    }

    /// <summary>The server tells that a stream goes on as another one: so it is when it has not been stored yet, too.</summary>
    internal void NoteReplaced(string session, string stream, long offset, string old, long? last)
    {
        if (_replaced.Add((session, stream)))
        {
            recorder.Add(Records.Join(recorder.Session(session), recorder.Room(_rooms[stream]), recorder.Stream(stream), offset) with { Old = recorder.Stream(old), To = last });
        }
    }

    private long LastUpTo(string stream, long order)
    {
        long last = 0;
        foreach ((long placed, long offset) in _places.GetValueOrDefault(stream, []))
        {
            last = placed <= order ? offset : last;
        }

        return last;
    }
}
