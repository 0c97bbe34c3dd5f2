namespace Realtime.Client.Sending;

/// <summary>The packets of an <see cref="Outbox"/>, in order, with what they weigh.</summary>
/// <remarks>Guarded by the gate of the outbox. A linked list, because a caller that waits no more takes its packet out of the middle.</remarks>
internal sealed class WaitingPackets(int maxCount, int maxBytes)
{
    private readonly LinkedList<OutgoingPacket> _packets = new();

    internal int Count => _packets.Count;

    internal long Bytes { get; private set; }

    internal OutgoingPacket? First => _packets.First?.Value;

    internal bool IsHalfEmpty => Bytes <= maxBytes / 2 && Count <= maxCount / 2;

    internal bool HasRoomFor(OutgoingPacket packet) => Count < maxCount && Bytes + packet.Packet.Length <= maxBytes;

    /// <summary>Tells whether a packet would be taken if nothing else were there.</summary>
    internal bool CouldTake(OutgoingPacket packet) => packet.Packet.Length <= maxBytes;

    internal void Add(OutgoingPacket packet)
    {
        packet.Place = _packets.AddLast(packet);
        Bytes += packet.Packet.Length;
    }

    internal void Remove(OutgoingPacket packet)
    {
        _packets.Remove(packet.Place!);
        packet.Place = null;
        Bytes -= packet.Packet.Length;
    }

    /// <summary>Takes the oldest packets out until there is room.</summary>
    /// <returns>What was taken out.</returns>
    internal List<OutgoingPacket> MakeRoomFor(OutgoingPacket packet)
    {
        List<OutgoingPacket> dropped = [];
        while (!HasRoomFor(packet) && First is { } oldest)
        {
            Remove(oldest);
            dropped.Add(oldest);
        }

        return dropped;
    }

    /// <summary>Gets a list of those that fit, so that they may be removed meanwhile.</summary>
    internal List<OutgoingPacket> Where(Func<OutgoingPacket, bool> fits) => [.. Enumerable.Where(_packets, fits)];
}
