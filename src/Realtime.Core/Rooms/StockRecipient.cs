using System.Buffers.Text;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>An addressee that recovers by the protocol of Socket.IO: its client knows no streams, so the server remembers what it has sent, and tells nothing but events.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StockRecipient(string id, Connection connection, IPacketCodec codec, object owner, ReadOnlyMemory<byte> path, MembershipHistory memberships)
    : SequencedRecipient(id, connection, codec, owner, path, memberships)
{
    private readonly ReadOnlyMemory<byte> _path = path;

    /// <summary>Gets what the session was sent, over all its connections.</summary>
    internal required SentPositions Sent { get; init; }

    /// <summary>Gets what ends the session when something is lost that its client cannot be told of.</summary>
    internal required Action OnLost { get; init; }

    internal override bool TakesMerged => false; // each position is noted

    internal override bool Send(NumberedCopy copy)
    {
        if (Memberships.Gets(copy, Id))
        {
            Sent.Send(this, copy.Position, copy.Broadcast.For(Codec));
            return true;
        }

        Sent.Pass(this, copy.Position);
        return false;
    }

    internal override bool SendMarked(EncodedPacket packet, ReadOnlyMemory<byte> tail, bool isVolatile)
    {
        CatchUp();
        return TryReadMark(tail.Span, out StreamPosition mark) ? Sent.Send(this, mark, packet, isVolatile) : Send(packet, isVolatile);
    }

    internal override bool Deliver(Broadcast broadcast) =>
        TryReadMark(broadcast.Tail.Span, out StreamPosition mark) ? Sent.Send(this, mark, broadcast.For(Codec), broadcast.IsVolatile) : base.Deliver(broadcast);

    internal override void Tell(ReadOnlyMemory<byte> data)
    {
    }

    internal override void Announce(StreamPosition joined) => Sent.Begin(joined);

    internal override void TellLoss(ReadOnlyMemory<byte> data) => OnLost();

    internal override void Forget(string stream) => Sent.Forget(stream);

    private static bool TryReadMark(ReadOnlySpan<byte> tail, out StreamPosition mark)
    {
        mark = default;
        if (tail.IsEmpty || !Utf8Parser.TryParse(tail[1..], out long number, out _))
        {
            return false;
        }

        mark = SentPositions.MarkOf(number);
        return true;
    }

    /// <summary>Gives the client something to show when it comes back, before it has got any event.</summary>
    /// <param name="mark">The number of an event without a number.</param>
    internal void Start(long mark)
    {
        var packet = new Packet { Kind = PacketKind.Event, Namespace = _path, Data = RecoveryEvents.Start(mark) };
        EncodedPacket encoded = PacketEncoder.Encode(Codec, in packet);
        Sent.Send(this, SentPositions.MarkOf(mark), encoded);
        encoded.Release();
    }
}
