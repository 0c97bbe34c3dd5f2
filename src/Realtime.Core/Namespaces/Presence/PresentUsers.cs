using System.Diagnostics;
using Realtime.Core.Presence;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces.Presence;

/// <summary>Which users are in which tracked rooms of a namespace on this node, and with which sockets.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>, which is taken before the gate of the <see cref="RoomIndex"/>, never after. What happens to rooms is told in no certain order, so each time the index is asked what is so now. As large as
/// the tracked rooms.
/// </remarks>
internal sealed class PresentUsers(RoomIndex index)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    /// <summary>Looks whether a socket is in a room, and by that its user.</summary>
    /// <returns>The users who are there now and were not before, or the other way round: none as a rule, two when a socket has become that of another user.</returns>
    internal (string? Changed, string? AlsoChanged) Update(string name, string socketId)
    {
        lock (_gate)
        {
            string? user = FindUser(name, socketId);
            _rooms.TryGetValue(name, out Room? room);
            string? before = room?.UserOf.GetValueOrDefault(socketId);
            if (user == before)
            {
                return default;
            }

            room ??= _rooms[name] = new Room();
            string? left = before is not null && room.Remove(socketId, before) ? before : null;
            string? joined = user is not null && room.Add(socketId, user) ? user : null;
            if (room.UserOf.Count == 0)
            {
                _rooms.Remove(name);
            }

            AssertInvariantsLocked();
            return (joined, left);
        }
    }

    internal bool Contains(string room, string userId)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(room, out Room? found) && found.Sockets.ContainsKey(userId);
        }
    }

    internal bool IsAnybodyIn(string room)
    {
        lock (_gate)
        {
            return _rooms.ContainsKey(room);
        }
    }

    internal RoomPresence Read(string room, int maxListed)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(room, out Room? found) ? new RoomPresence(found.Sockets.Count, [.. found.Sockets.Keys.Take(maxListed)]) : RoomPresence.Nobody;
        }
    }

    internal IReadOnlyList<PresentUser> List()
    {
        lock (_gate)
        {
            return [.. _rooms.SelectMany(static room => room.Value.Sockets.Keys.Select(user => new PresentUser(room.Key, user)))];
        }
    }

    // A socket counts from when it is confirmed: one that a middleware puts into a room may still be refused.
    private string? FindUser(string room, string socketId) =>
        index.TryFind(socketId, out Recipient? recipient) && (room.Length == 0 || index.IsMember(recipient, room)) && ((RealtimeSocket)recipient.Owner).UserId is { Length: > 0 } user ? user : null;

    [Conditional("DEBUG")]
    private void AssertInvariantsLocked() =>
        Debug.Assert(_rooms.Values.All(static room => room.Sockets.Values.Sum() == room.UserOf.Count && room.UserOf.Count > 0), "A room is known as long as somebody is in it, and every socket counts for one user.");

    private sealed class Room
    {
        internal Dictionary<string, string> UserOf { get; } = new(StringComparer.Ordinal);

        internal Dictionary<string, int> Sockets { get; } = new(StringComparer.Ordinal);

        internal bool Add(string socketId, string user)
        {
            UserOf.Add(socketId, user);
            return (Sockets[user] = Sockets.GetValueOrDefault(user) + 1) == 1;
        }

        internal bool Remove(string socketId, string user)
        {
            UserOf.Remove(socketId);
            return --Sockets[user] == 0 && Sockets.Remove(user);
        }
    }
}
