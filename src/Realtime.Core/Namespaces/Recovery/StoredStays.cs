using Realtime.Core.Backplane;
using Realtime.Core.Rooms;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Stays in rooms, as they are stored and as rooms handle them. What was done to the session while it was connected is stored as a stay in the log of the namespace.</summary>
internal static class StoredStays
{
    internal static SessionRoom[] Store(RecoverableSession session)
    {
        SessionRoom? controls = session.Control.Store(); // first: what is applied in between is looked at again
        IEnumerable<SessionRoom> stays = session.Memberships.Intervals.Select(static stay =>
            new SessionRoom(stay.Room, stay.Joined, stay.JoinedOrder) { LeftOrder = stay.LeftOrder, Replaced = stay.Replaced });
        return controls is null ? [.. stays] : [.. stays, controls];
    }

    /// <param name="rooms">The stays as they were stored.</param>
    /// <param name="session">Where they go.</param>
    /// <param name="now">The time, on the clock of this node: when it has heard of those that have ended.</param>
    internal static void Restore(IEnumerable<SessionRoom> rooms, RecoverableSession session, TimeSpan now)
    {
        foreach (SessionRoom room in rooms)
        {
            if (room.Room == Publication.ControlLog)
            {
                session.Control.Restore(room);
            }
            else
            {
                session.Memberships.Add(new MembershipInterval(room.Room, room.Joined, room.JoinedOrder) { LeftOrder = room.LeftOrder, LeftAt = now, Replaced = room.Replaced });
            }
        }
    }
}
