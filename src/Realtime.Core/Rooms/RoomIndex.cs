using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Realtime.Core.Diagnostics;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>Who is where in one namespace: from a room to its members and from a recipient to its rooms.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>, which is taken before the gate of a room, never after. Joining and leaving are O(1) in the size of the room.
/// A recipient's private room, named after its id, is not stored: the id is enough to find it.
/// </remarks>
internal sealed class RoomIndex
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Recipient> _recipients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Room> _rooms = new(StringComparer.Ordinal);
    private readonly IRoomObserver? _observer;
    private long _lastOrder;

    internal RoomIndex(FanOutOptions options, RealtimeMeter meter, IRoomObserver? observer = null)
    {
        Options = options;
        Meter = meter;
        _observer = observer;
        Everyone = new Room("", this);
    }

    internal FanOutOptions Options { get; }

    internal RealtimeMeter Meter { get; }

    /// <summary>Gets the room that everybody in the namespace is in. It has no name, so no client can be put in or out of it.</summary>
    internal Room Everyone { get; }

    internal int Count => Everyone.Count;

    internal IEnumerable<Recipient> Recipients => _recipients.Select(static pair => pair.Value);

    internal IEnumerable<string> RoomNames => _rooms.Select(static pair => pair.Key);

    /// <summary>Gets or sets the place of what was numbered last among everything that is numbered in the namespace.</summary>
    internal long LastOrder { get => Volatile.Read(ref _lastOrder); set => Volatile.Write(ref _lastOrder, value); }

    internal bool TryFind(string id, [NotNullWhen(true)] out Recipient? recipient) => _recipients.TryGetValue(id, out recipient);

    /// <summary>Finds the one member of a private room.</summary>
    internal bool TryFindPrivateRoom(string id, [NotNullWhen(true)] out Recipient? recipient) => TryFind(id, out recipient) && !recipient.HasLeftPrivateRoom;

    internal bool TryFindRoom(string name, [NotNullWhen(true)] out Room? room) => _rooms.TryGetValue(name, out room);

    /// <summary>Adds a recipient that was prepared. From here on it gets what is sent to everybody. Nothing happens after it was removed.</summary>
    internal void Add(Recipient recipient)
    {
        lock (_gate)
        {
            if (!recipient.IsInIndex)
            {
                return;
            }

            _recipients[recipient.Id] = recipient;
            if (recipient is not SequencedRecipient)
            {
                LinkLocked(Everyone, recipient);
            }
        }

        _observer?.RoomCreated(recipient.Id);
        _observer?.Joined(recipient.Id, recipient);
    }

    /// <summary>Prepares a recipient so that it can join rooms before it is added to the namespace.</summary>
    internal void Prepare(Recipient recipient)
    {
        lock (_gate)
        {
            recipient.IsInIndex = true;
        }
    }

    /// <summary>Puts a recipient into a room. Nothing happens after it was removed.</summary>
    internal bool Join(Recipient recipient, string name)
    {
        bool created = false;
        lock (_gate)
        {
            if (!recipient.IsInIndex)
            {
                return false;
            }

            if (name == recipient.Id)
            {
                bool returned = recipient.HasLeftPrivateRoom;
                recipient.HasLeftPrivateRoom = false;
                return returned;
            }

            if (!_rooms.TryGetValue(name, out Room? room))
            {
                _rooms[name] = room = new Room(name, this);
                created = true;
            }

            if (recipient.Find(room) is not null)
            {
                return false;
            }

            LinkLocked(room, recipient);
        }

        ReportJoined(name, recipient, created);
        return true;
    }

    /// <summary>Makes a recipient a member that is still to read what came before: <see cref="TryAttach"/> ends that. Its private room and everybody's are rooms like others.</summary>
    /// <returns>The membership; <see langword="null"/> when it is a member already, or was removed.</returns>
    internal Membership? Link(SequencedRecipient recipient, string name)
    {
        bool created = false;
        Membership membership;
        lock (_gate)
        {
            if (!recipient.IsInIndex)
            {
                return null;
            }

            recipient.HasLeftPrivateRoom &= name != recipient.Id;
            Room? room = Everyone;
            if (name.Length > 0 && !_rooms.TryGetValue(name, out room))
            {
                _rooms[name] = room = new Room(name, this);
                created = true;
            }

            if (recipient.Find(room!) is not null)
            {
                return null;
            }

            membership = new Membership(room!, recipient) { IsLinked = true };
            recipient.Link(membership);
            room!.Linked++;
        }

        if (name.Length > 0 && name != recipient.Id)
        {
            ReportJoined(name, recipient, created);
        }

        return membership;
    }

    /// <summary>Attaches a member to its room when it has been sent everything that was placed there, up to a position.</summary>
    /// <returns>Whether there is nothing left to do: it gets what is placed next, or it is no member any more.</returns>
    internal bool TryAttach(Membership membership, StreamPosition position)
    {
        lock (_gate)
        {
            return !membership.IsLinked || membership.Room.TryJoin(membership, position);
        }
    }

    internal bool Leave(Recipient recipient, string name)
    {
        bool deleted;
        if (_rooms.TryGetValue(name, out Room? room))
        {
            // What was published before goes to it first, so that an answer to its wish to leave is the last it hears.
            room.CatchUp(recipient);
        }

        lock (_gate)
        {
            recipient.HasLeftPrivateRoom |= name == recipient.Id;
            if (!_rooms.TryGetValue(name, out room) || recipient.Find(room) is not { } membership)
            {
                return false;
            }

            deleted = UnlinkLocked(membership);
        }

        ReportLeft(name, recipient, deleted);
        return true;
    }

    /// <summary>Takes a recipient out of everything, for good.</summary>
    internal void Remove(Recipient recipient)
    {
        var left = new List<(string Name, bool Deleted)>();
        bool wasAdded;
        lock (_gate)
        {
            recipient.IsInIndex = false;
            wasAdded = _recipients.TryRemove(new KeyValuePair<string, Recipient>(recipient.Id, recipient));
            while (recipient.FirstMembership is { } membership)
            {
                bool deleted = UnlinkLocked(membership);
                if (membership.Room != Everyone && membership.Room.Name != recipient.Id)
                {
                    left.Add((membership.Room.Name, deleted));
                }
            }
        }

        foreach ((string name, bool deleted) in left)
        {
            ReportLeft(name, recipient, deleted);
        }

        if (wasAdded && _observer is not null)
        {
            _observer.Left(recipient.Id, recipient);
            _observer.RoomDeleted(recipient.Id);
        }
    }

    /// <summary>Lets nobody join or leave anything until the scope ends. Short: for what has to see several rooms at one moment.</summary>
    internal Lock.Scope Freeze() => _gate.EnterScope();

    internal Membership? FindMembership(Recipient recipient, Room room)
    {
        lock (_gate)
        {
            return recipient.Find(room);
        }
    }

    internal bool IsMember(Recipient recipient, Room room) => FindMembership(recipient, room) is not null;

    internal bool IsMember(Recipient recipient, string name) =>
        (name == recipient.Id && !recipient.HasLeftPrivateRoom) || (_rooms.TryGetValue(name, out Room? room) && IsMember(recipient, room));

    /// <summary>Gets the names of a recipient's rooms, its private one first.</summary>
    internal List<string> RoomsOf(Recipient recipient)
    {
        List<string> names = [];
        lock (_gate)
        {
            for (Membership? membership = recipient.FirstMembership; membership is not null; membership = membership.Next)
            {
                if (membership.Room != Everyone && membership.Room.Name != recipient.Id)
                {
                    names.Add(membership.Room.Name);
                }
            }
        }

        if (!recipient.HasLeftPrivateRoom)
        {
            names.Add(recipient.Id);
        }

        names.Reverse();
        return names;
    }

    private static void LinkLocked(Room room, Recipient recipient)
    {
        var membership = new Membership(room, recipient) { IsLinked = true };
        recipient.Link(membership);
        room.Linked++;
        room.Join(membership);
    }

    private bool UnlinkLocked(Membership membership)
    {
        Room room = membership.Room;
        membership.Recipient.Unlink(membership);
        membership.IsLinked = false;
        room.Linked--;
        room.Leave(membership);
        if (room == Everyone || room.Linked > 0)
        {
            return false;
        }

        _rooms.TryRemove(new KeyValuePair<string, Room>(room.Name, room));
        return true;
    }

    private void ReportJoined(string name, Recipient recipient, bool created)
    {
        if (created)
        {
            Meter.RoomCreated();
            _observer?.RoomCreated(name);
        }

        _observer?.Joined(name, recipient);
    }

    private void ReportLeft(string name, Recipient recipient, bool deleted)
    {
        _observer?.Left(name, recipient);
        if (deleted)
        {
            Meter.RoomDeleted();
            _observer?.RoomDeleted(name);
        }
    }
}
