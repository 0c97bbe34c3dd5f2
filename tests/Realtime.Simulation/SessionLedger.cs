using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Simulation;

/// <summary>What passed the store and the backplane, as far as the log needs it: sessions of sockets, memberships, places by order.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class SessionLedger(Recorder recorder)
{
    private readonly Dictionary<string, string> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(long Order, long Offset)>> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Session, string Room), StreamPosition> _stays = [];

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

    /// <summary>The store has taken the memberships of a session: what is new among them is written down.</summary>
    internal void NoteStored(string session, IReadOnlyList<SessionRoom> rooms)
    {
        foreach (IGrouping<string, SessionRoom> stays in rooms.GroupBy(static room => room.Room))
        {
            SessionRoom last = stays.Last();
            StreamPosition? before = _stays.TryGetValue((session, last.Room), out StreamPosition known) ? known : null;
            bool goesOn = last.LeftOrder is null && before?.Stream == last.Joined.Stream && before?.Offset == last.Joined.Offset;
            if (goesOn || (last.LeftOrder is not null && before is null))
            {
                continue;
            }

            bool isReplaced = last.LeftOrder is null && before is { } old && old.Stream != last.Joined.Stream;
            if (before is { } left && !isReplaced)
            {
                long order = stays.Last(static stay => stay.LeftOrder is not null).LeftOrder!.Value;
                _stays.Remove((session, last.Room));
                recorder.Add(Records.Leave(recorder.Session(session), recorder.Room(last.Room), recorder.Stream(left.Stream), Math.Max(left.Offset, LastUpTo(left.Stream, order))));
            }

            if (last.LeftOrder is null)
            {
                _stays[(session, last.Room)] = last.Joined;
                LogRecord join = Records.Join(recorder.Session(session), recorder.Room(last.Room), recorder.Stream(last.Joined.Stream), last.Joined.Offset);
                recorder.Add(isReplaced ? join with { Old = recorder.Stream(before!.Value.Stream), To = LastUpTo(before.Value.Stream, long.MaxValue) } : join);
            }
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
