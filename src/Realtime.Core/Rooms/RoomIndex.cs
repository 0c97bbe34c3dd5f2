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
    private readonly RoomReports _reports;

    internal RoomIndex(FanOutOptions options, RealtimeMeter meter, IRoomObserver? observer = null)
    {
        Options = options;
        Meter = meter;
        _reports = new RoomReports(meter, observer);
        Everyone = new Room("", this);
    }

    internal FanOutOptions Options { get; }

    internal RealtimeMeter Meter { get; }

    /// <summary>Gets the room that everybody in the namespace is in. It has no name, so no client can be put in or out of it.</summary>
    internal Room Everyone { get; }

    /// <summary>Gets the room of which publications are still to be sent that their publishers were told of.</summary>
    internal DeferredRoom Deferred { get; } = new();

    internal int Count => Everyone.Count;

    internal IEnumerable<Recipient> Recipients => _recipients.Select(static pair => pair.Value);

    internal IEnumerable<string> RoomNames => _rooms.Select(static pair => pair.Key);

    internal bool TryFind(string id, [NotNullWhen(true)] out Recipient? recipient) => _recipients.TryGetValue(id, out recipient);

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
                Everyone.Join(LinkLocked(Everyone, recipient));
            }
        }

        _reports.Added(recipient);
    }

    /// <summary>Prepares a recipient so that it can join rooms before it is added to the namespace.</summary>
    internal void Prepare(Recipient recipient)
    {
        lock (_gate)
        {
            (recipient.IsInIndex, recipient.Deferred) = (true, Deferred);
        }
    }

    /// <summary>Puts a recipient into a room. Nothing happens after it was removed.</summary>
    internal bool Join(Recipient recipient, string name)
    {
        bool created;
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

            Room room = FindOrCreateLocked(name, out created);
            if (recipient.Find(room) is not null)
            {
                return false;
            }

            room.Join(LinkLocked(room, recipient));
        }

        _reports.Joined(name, recipient, created);
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
            Room room = name.Length == 0 ? Everyone : FindOrCreateLocked(name, out created);
            if (recipient.Find(room) is not null)
            {
                return null;
            }

            membership = LinkLocked(room, recipient);
        }

        if (name.Length > 0 && name != recipient.Id)
        {
            _reports.Joined(name, recipient, created);
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

        _reports.Left(name, recipient, deleted);
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

        left.ForEach(room => _reports.Left(room.Name, recipient, room.Deleted));
        if (wasAdded)
        {
            _reports.Removed(recipient);
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
        lock (_gate)
        {
            return recipient.RoomNames(except: Everyone);
        }
    }

    private Room FindOrCreateLocked(string name, out bool created)
    {
        created = !_rooms.TryGetValue(name, out Room? room);
        return room ?? (_rooms[name] = new Room(name, this));
    }

    private static Membership LinkLocked(Room room, Recipient recipient)
    {
        var membership = new Membership(room, recipient) { IsLinked = true };
        recipient.Link(membership);
        room.Linked++;
        return membership;
    }

    private bool UnlinkLocked(Membership membership)
    {
        Room room = membership.Room;
        membership.Recipient.Unlink(membership);
        membership.IsLinked = false;
        room.Linked--;
        room.Leave(membership);
        return room != Everyone && room.Linked == 0 && _rooms.TryRemove(new KeyValuePair<string, Room>(room.Name, room));
    }
}
