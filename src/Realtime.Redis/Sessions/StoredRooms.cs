using Realtime.Core.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>What Redis has of the rooms of one session, so that a join writes one room and not all.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>. Each stay has a field with a number that grows, so a stay that is forgotten moves no other. Each write has a version: one that builds on a version which is not
/// there, because a write before it failed, is refused, and then all are written.
/// </remarks>
internal sealed class StoredRooms
{
    private readonly Lock _gate = new();
    private List<(long Number, SessionRoom Room)> _rooms;
    private long _version;
    private bool _isKnown = true;

    internal StoredRooms(IReadOnlyList<SessionRoom> rooms, IReadOnlyList<long>? numbers = null, long version = 0)
    {
        _rooms = [.. rooms.Select((room, i) => (numbers?[i] ?? i, room))];
        _version = version;
    }

    /// <summary>Writes all rooms without knowing what is there: of a session that somebody else owns, or that is gone.</summary>
    internal static RedisValue[] All(IReadOnlyList<SessionRoom> rooms) =>
        ["a", 0, 0, .. rooms.SelectMany(static (room, i) => new[] { SessionFormat.Field('r', i), SessionFormat.Write(room) })];

    /// <summary>Finds what is to be written, and has it sent in the order in which it was found.</summary>
    /// <param name="rooms">All rooms now; <see langword="null"/> for those that were given last.</param>
    /// <param name="send">Sends it, without waiting.</param>
    internal Task<RedisResult> Write(IReadOnlyList<SessionRoom>? rooms, Func<RedisValue[], Task<RedisResult>> send)
    {
        lock (_gate)
        {
            bool isKnown = _isKnown && rooms is not null;
            List<(long Number, SessionRoom Room)> before = _rooms;
            List<RedisValue> removed = [];
            List<RedisValue> written = [];
            _rooms = Number(rooms ?? [.. before.Select(static known => known.Room)], before, removed, written, isKnown);
            _version++;
            _isKnown = true;
            return send([isKnown ? "d" : "a", _version, removed.Count, .. removed, .. written]);
        }
    }

    /// <summary>A write has failed: nobody knows what is there.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _isKnown = false;
        }
    }

    // Stays are added at the end and forgotten anywhere; one that changes keeps its room and its beginning.
    private static List<(long Number, SessionRoom Room)> Number(
        IReadOnlyList<SessionRoom> rooms, List<(long Number, SessionRoom Room)> before, List<RedisValue> removed, List<RedisValue> written, bool isKnown)
    {
        List<(long Number, SessionRoom Room)> after = new(rooms.Count);
        long next = before.Count == 0 ? 0 : before[^1].Number + 1;
        int at = 0;
        foreach (SessionRoom room in rooms)
        {
            while (at < before.Count && !IsSameStay(before[at].Room, room))
            {
                Remove(before[at++].Number);
            }

            bool isNew = at == before.Count;
            long number = isNew ? next++ : before[at].Number;
            if (!isKnown || isNew || before[at].Room != room)
            {
                written.Add(SessionFormat.Field('r', number));
                written.Add(SessionFormat.Write(room));
            }

            at += isNew ? 0 : 1;
            after.Add((number, room));
        }

        for (; at < before.Count; at++)
        {
            Remove(before[at].Number);
        }

        return after;

        void Remove(long number)
        {
            if (isKnown)
            {
                removed.Add(SessionFormat.Field('r', number));
            }
        }
    }

    private static bool IsSameStay(SessionRoom before, SessionRoom now) => before.Room == now.Room && before.JoinedOrder == now.JoinedOrder;
}
