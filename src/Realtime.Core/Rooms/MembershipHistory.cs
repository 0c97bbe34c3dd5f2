using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>
/// Where a session was member, and when. The one rule of who gets a numbered publication, for those that recover: used while they are connected, when they come back
/// and when they ask again, so that it always says the same.
/// </summary>
/// <remarks>Guarded by <c>_gate</c>. It outlives connections.</remarks>
internal sealed class MembershipHistory
{
    private readonly Lock _gate = new();
    private readonly List<MembershipInterval> _intervals = new(4);

    /// <summary>Gets all stays that are kept, in the order in which they began.</summary>
    internal IReadOnlyList<MembershipInterval> Intervals
    {
        get
        {
            lock (_gate)
            {
                return [.. _intervals];
            }
        }
    }

    /// <summary>Begins a stay. One that lasts already goes on.</summary>
    /// <returns>The stay that lasts now.</returns>
    internal MembershipInterval Begin(MembershipInterval interval)
    {
        lock (_gate)
        {
            if (FindLocked(interval.Room) is var found && found >= 0)
            {
                return _intervals[found];
            }

            _intervals.Add(interval);
            return interval;
        }
    }

    /// <summary>Adds a stay as it was stored.</summary>
    internal void Add(MembershipInterval interval)
    {
        lock (_gate)
        {
            _intervals.Add(interval);
        }
    }

    /// <summary>Ends the stay in a room, and forgets those that ended so long ago that nobody can be owed anything of them.</summary>
    /// <returns>The stay that has ended; <see langword="null"/> when there was none.</returns>
    internal MembershipInterval? End(string room, long order, TimeSpan now, TimeSpan keep)
    {
        lock (_gate)
        {
            _intervals.RemoveAll(interval => interval.LeftOrder is not null && now - interval.LeftAt > keep);
            int found = FindLocked(room);
            return found < 0 ? null : _intervals[found] = _intervals[found] with { LeftOrder = order, LeftAt = now };
        }
    }

    /// <summary>
    /// The log of a room began anew, perhaps in another process that counts from the beginning: what is in it now was published while the session was a member. What was numbered
    /// before is gone, so stays that have ended decide nothing any more.
    /// </summary>
    internal void BeginAnew(string room)
    {
        lock (_gate)
        {
            _intervals.RemoveAll(static interval => interval.LeftOrder is not null);
            int found = FindLocked(room);
            if (found >= 0)
            {
                _intervals[found] = _intervals[found] with { JoinedOrder = 0 };
            }
        }
    }

    /// <summary>The stream of a room that goes on under another id is known to the client from here on.</summary>
    internal void Follow(string room, StreamPosition begin, StreamPosition replaced)
    {
        lock (_gate)
        {
            int found = FindLocked(room);
            if (found >= 0)
            {
                _intervals[found] = _intervals[found] with { Joined = begin, Replaced = replaced };
            }
        }
    }

    /// <summary>Gets the stay in a room that lasts; <see langword="null"/> when there is none.</summary>
    internal MembershipInterval? Find(string room)
    {
        lock (_gate)
        {
            int found = FindLocked(room);
            return found < 0 ? null : _intervals[found];
        }
    }

    /// <summary>Tells whether a session gets a copy of a publication: when it is a member, no earlier room gives it a copy, and it is not left out.</summary>
    /// <param name="copy">The copy.</param>
    /// <param name="socketId">The id of the session's socket.</param>
    internal bool Gets(NumberedCopy copy, string socketId)
    {
        if (copy.Sender == socketId)
        {
            return false;
        }

        lock (_gate)
        {
            return WasInLocked(copy.Room, copy.Order) && !WasInAnyLocked(copy.EarlierRooms, copy.Order) && !WasInAnyLocked(copy.Except, copy.Order);
        }
    }

    /// <summary>Tells whether the session was in a room when something was numbered.</summary>
    internal bool WasIn(string room, long order)
    {
        lock (_gate)
        {
            return WasInLocked(room, order);
        }
    }

    private bool WasInAnyLocked(IReadOnlyList<string> rooms, long order)
    {
        foreach (string room in rooms)
        {
            if (WasInLocked(room, order))
            {
                return true;
            }
        }

        return false;
    }

    private bool WasInLocked(string room, long order)
    {
        foreach (MembershipInterval interval in _intervals)
        {
            if (interval.Room == room && interval.Covers(order))
            {
                return true;
            }
        }

        return false;
    }

    private int FindLocked(string room) => _intervals.FindIndex(interval => interval.LeftOrder is null && interval.Room == room);
}
