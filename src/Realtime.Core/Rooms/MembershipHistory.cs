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
    private long _decided; // the place of the last publication of which was said whether the session gets a copy

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
            return BeginLocked(interval);
        }
    }

    /// <summary>
    /// Begins a stay of a session that is connected. Of what was numbered since the log of the room was looked at, a copy in another room may have been sent because this stay had
    /// not begun: so the stay begins behind everything of which that was decided.
    /// </summary>
    /// <returns>The stay that lasts now.</returns>
    internal MembershipInterval BeginNow(MembershipInterval interval)
    {
        lock (_gate)
        {
            return BeginLocked(interval with { JoinedOrder = Math.Max(interval.JoinedOrder, _decided) });
        }
    }

    /// <summary>Begins a stay as <see cref="BeginNow"/> does, if it can begin where the log of the room was looked at. One that lasts already goes on.</summary>
    /// <returns>The stay that lasts now; <see langword="null"/> when something behind that place was decided: what is there now is to be looked at.</returns>
    internal MembershipInterval? TryBeginNow(MembershipInterval interval)
    {
        lock (_gate)
        {
            return interval.JoinedOrder < _decided && FindLocked(interval.Room) < 0 ? null : BeginLocked(interval);
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
            return EndLocked(room, order, now, keep);
        }
    }

    /// <summary>Ends a stay of a session that is connected: behind everything of which a copy in another room was held back because this stay lasted. That is still owed.</summary>
    /// <returns>The stay that has ended; <see langword="null"/> when there was none.</returns>
    internal MembershipInterval? EndNow(string room, long order, TimeSpan now, TimeSpan keep)
    {
        lock (_gate)
        {
            return EndLocked(room, Math.Max(order, _decided), now, keep);
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
            _decided = 0;
            _intervals.RemoveAll(static interval => interval.LeftOrder is not null);
            int found = FindLocked(room);
            if (found >= 0)
            {
                _intervals[found] = _intervals[found] with { JoinedOrder = 0 };
            }
        }
    }

    /// <summary>The stream of a room that goes on under another id is known to the client from here on.</summary>
    internal void Follow(string room, StreamPosition begin, StreamPosition? replaced)
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
            _decided = Math.Max(_decided, copy.Order);
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

    private MembershipInterval BeginLocked(MembershipInterval interval)
    {
        if (FindLocked(interval.Room) is var found && found >= 0)
        {
            return _intervals[found];
        }

        _intervals.Add(interval);
        return interval;
    }

    private MembershipInterval? EndLocked(string room, long order, TimeSpan now, TimeSpan keep)
    {
        _intervals.RemoveAll(interval => interval.LeftOrder is not null && now - interval.LeftAt > keep);
        int found = FindLocked(room);
        return found < 0 ? null : _intervals[found] = _intervals[found] with { LeftOrder = order, LeftAt = now };
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
