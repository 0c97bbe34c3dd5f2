using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Backplane;

/// <summary>The rooms of a namespace that this node has members in, and how far the log of each was placed here. What was placed is what this node shows of the logs, never more.</summary>
/// <remarks>Guarded by <c>_gate</c>, under which publications are placed: nothing here waits, and no code of the application runs.</remarks>
internal sealed class FollowedRooms(NamespacePath path, IBackplaneReceiver receiver)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FollowedRoom> _rooms = new(StringComparer.Ordinal);
    private long _seen;
    private long _placed;

    /// <summary>Gets the highest place, among everything that is numbered in the namespace, that this node knows to be taken.</summary>
    internal long Order
    {
        get
        {
            lock (_gate)
            {
                return _seen;
            }
        }
    }

    /// <summary>Gets the names of all that this node wants to get.</summary>
    internal IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _rooms.Keys];
            }
        }
    }

    /// <summary>Does something with a room, which comes into being when it is not known, and goes when nobody wants it any more.</summary>
    internal T Change<T>(string name, Func<FollowedRoom, T> change)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(name, out FollowedRoom? room))
            {
                _rooms[name] = room = new FollowedRoom(name);
            }

            T result = change(room);
            if (!room.IsWanted)
            {
                _rooms.Remove(name);
            }

            return result;
        }
    }

    /// <summary>Wants nothing any more.</summary>
    /// <returns>What was wanted.</returns>
    internal IReadOnlyList<string> Clear()
    {
        lock (_gate)
        {
            string[] names = [.. _rooms.Keys];
            _rooms.Clear();
            return names;
        }
    }

    /// <summary>Gets what Redis is to be told of a room: <c>o</c> that its log is read, <c>e</c> that it has members, <c>l</c> that it has none.</summary>
    internal char WishOf(string name)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(name, out FollowedRoom? room) ? room.Readers > 0 ? 'o' : 'e' : 'l';
        }
    }

    /// <summary>Takes over where a log stands that was opened. Where something of it was placed meanwhile, that is later and stays.</summary>
    internal void Adopt(OpenedLog log, long order)
    {
        lock (_gate)
        {
            // What of other rooms was numbered up to there may not have been placed here yet: this is the order of this room alone.
            _seen = Math.Max(_seen, order);
            if (_rooms.TryGetValue(log.Place.Room, out FollowedRoom? room) && room is { Readers: > 0 })
            {
                if (room.Stream is null)
                {
                    (room.Stream, room.Applied, room.Order) = (log.Place.Stream, log.Place.Offset, order);
                }

                // Something may have been placed before this was known: it does not say what the log was before.
                room.Continues = room.Stream == log.Place.Stream ? log.Continues : room.Continues;
            }
        }
    }

    /// <summary>Gets where the log of a room stands here; <see langword="null"/> when it is not followed.</summary>
    internal LogHead? HeadOf(string name)
    {
        lock (_gate)
        {
            return _rooms.TryGetValue(name, out FollowedRoom? room) && room.Stream is { } stream
                ? new LogHead(new StreamPosition(stream, room.Applied), Math.Max(room.Order, _placed)) { Continues = room.Continues }
                : null;
        }
    }

    /// <summary>Places a publication, unless that was done.</summary>
    /// <returns>What is to be sent; <see langword="null"/> when it was placed before.</returns>
    internal PlacedPublication? Place(in PlacedBlock block)
    {
        Publication publication = block.Decode(path);
        lock (_gate)
        {
            if (WasPlacedLocked(block.Result.Offsets))
            {
                LeaveToReadersLocked(block.Result.Offsets);
                return null;
            }

            foreach (StreamOffset place in block.Result.Offsets)
            {
                if (_rooms.TryGetValue(place.Room, out FollowedRoom? room) && room.Readers > 0)
                {
                    AdvanceLocked(room, place);
                }
            }

            _placed = Math.Max(_placed, block.Result.Order);
            _seen = Math.Max(_seen, _placed);
            return receiver.Place(publication, block.Result);
        }
    }

    /// <summary>The log of a room goes on from elsewhere: its members read it themselves.</summary>
    internal void Jump(string name, StreamPosition to, long order, IReadOnlyList<string>? continues)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(name, out FollowedRoom? room) && room.Readers > 0)
            {
                (room.Stream, room.Applied, room.Order, room.Continues) = (to.Stream, to.Offset, Math.Max(room.Order, order), continues ?? room.Continues);
                receiver.Interrupt(path, name, to);
            }
        }
    }

    private bool WasPlacedLocked(IReadOnlyList<StreamOffset> places)
    {
        foreach (StreamOffset place in places)
        {
            if (_rooms.TryGetValue(place.Room, out FollowedRoom? room) && room.Stream == place.Stream && place.Offset <= room.Applied)
            {
                return true;
            }
        }

        return false;
    }

    // Placed in one of its rooms, because the log of that was jumped over: who is in the others reads it there.
    private void LeaveToReadersLocked(IReadOnlyList<StreamOffset> places)
    {
        foreach (StreamOffset place in places)
        {
            if (_rooms.TryGetValue(place.Room, out FollowedRoom? room) && room.Stream == place.Stream && place.Offset > room.Applied)
            {
                room.Applied = place.Offset;
                receiver.Interrupt(path, room.Name, new StreamPosition(place.Stream, place.Offset));
            }
        }
    }

    private void AdvanceLocked(FollowedRoom room, StreamOffset place)
    {
        bool isNext = room.Stream is null || (room.Stream == place.Stream && place.Offset == room.Applied + 1);
        if (!isNext)
        {
            room.Continues = room.Stream == place.Stream ? room.Continues : [room.Stream!, .. room.Continues];
            receiver.Interrupt(path, room.Name, new StreamPosition(place.Stream, place.Offset - 1));
        }

        (room.Stream, room.Applied) = (place.Stream, place.Offset);
    }
}
