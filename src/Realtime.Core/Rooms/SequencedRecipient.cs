using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>An addressee that recovers what it missed: it gets numbered events with their numbers, and is told of numbers that are not for it.</summary>
/// <remarks>
/// Thread-safe. What is not for it is noted under <c>_gate</c> and told before the next event of the stream, so that a quiet room tells nobody anything. A stream is
/// served by one thread at a time: by whoever reads its log for this recipient, and then by its room.
/// </remarks>
internal class SequencedRecipient(
    string id, Connection connection, IPacketCodec codec, object owner, ReadOnlyMemory<byte> path, MembershipHistory memberships)
    : Recipient(id, connection, codec, owner)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _skips = [];
    private readonly Dictionary<string, StreamPosition> _reading = new(StringComparer.Ordinal);
    private volatile bool _hasSkips;

    /// <summary>Gets what the layer above keeps for the client over all its connections.</summary>
    internal required object Session { get; init; }

    /// <summary>Gets what tells it from the recipients of other connections of its session. No secret.</summary>
    internal string Instance { get; } = RandomId.Create()[..8];

    /// <summary>Gets where the session was member, and when.</summary>
    internal MembershipHistory Memberships { get; } = memberships;

    /// <summary>Gets a value indicating whether events can be sent as one: not while it has still to be told of numbers that are not for it.</summary>
    internal virtual bool TakesMerged => !_hasSkips;

    /// <summary>Sends an event of a log, or notes that it is not for this recipient.</summary>
    /// <returns>Whether it is for this recipient.</returns>
    internal virtual bool Send(NumberedCopy copy)
    {
        if (!Memberships.Gets(copy, Id))
        {
            Skip(copy.Position);
            return false;
        }

        TellSkip(copy.Position.Stream);
        Outbound.Send(copy.Broadcast.For(Codec));
        return true;
    }

    /// <summary>Sends an event of the protocol itself, behind everything that was sent before.</summary>
    internal virtual void Tell(ReadOnlyMemory<byte> data)
    {
        var packet = new Packet { Kind = PacketKind.Event, Namespace = path, Data = data };
        EncodedPacket encoded = PacketEncoder.Encode(Codec, in packet);
        Outbound.Send(encoded);
        encoded.Release();
    }

    /// <summary>Tells where a stay begins, before anything else of the stream.</summary>
    internal virtual void Announce(StreamPosition joined) => Tell(RecoveryEvents.At(joined));

    /// <summary>Tells of something that is lost for good.</summary>
    internal virtual void TellLoss(ReadOnlyMemory<byte> data) => Tell(data);

    /// <summary>Tells what is noted of a stream, before something else of it.</summary>
    internal void TellSkip(string stream)
    {
        if (!_hasSkips)
        {
            return;
        }

        long offset;
        lock (_gate)
        {
            if (!_skips.Remove(stream, out offset))
            {
                return;
            }

            _hasSkips = _skips.Count > 0;
        }

        Tell(RecoveryEvents.Skip(new StreamPosition(stream, offset)));
    }

    /// <summary>Forgets what is noted of a stream that is over.</summary>
    internal virtual void Forget(string stream)
    {
        lock (_gate)
        {
            _skips.Remove(stream);
            _hasSkips = _skips.Count > 0;
        }
    }

    /// <summary>Gets a value indicating whether the recipient has ended: nothing reaches its client any more.</summary>
    internal bool IsOver => Held.IsOver;

    /// <summary>Notes how far the log of a room was read for this recipient, which is not attached to the room: not yet, or no more.</summary>
    internal void NoteRead(string room, StreamPosition position)
    {
        lock (_gate)
        {
            _reading[room] = position;
        }
    }

    /// <summary>Nobody reads the log of a room for this recipient any more.</summary>
    /// <returns>How far it was read; <see langword="null"/> while it is attached to the room.</returns>
    internal StreamPosition? EndReading(string room)
    {
        lock (_gate)
        {
            return _reading.Remove(room, out StreamPosition position) ? position : null;
        }
    }

    private void Skip(StreamPosition position)
    {
        lock (_gate)
        {
            _skips[position.Stream] = Math.Max(position.Offset, _skips.GetValueOrDefault(position.Stream)); // what is sent again lies behind what is noted
            _hasSkips = true;
        }
    }
}
