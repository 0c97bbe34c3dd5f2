using Realtime.Core.Framing;

namespace Realtime.Core.Connections;

/// <summary>How much may wait for one client, what is dropped to keep to it, and whether the client is behind.</summary>
/// <remarks>Guarded by the gate of its queue. <c>unsent</c> is what the transport has taken and not sent yet: it counts, and cannot be dropped.</remarks>
internal struct OutboundBuffer(long maxBytes)
{
    internal WaitingPackets Waiting;

    internal bool IsCongested { get; private set; }

    /// <summary>Lets a packet wait.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="unsent">What the transport still has.</param>
    /// <param name="isBehind">Whether something sent now could not go out at once: only then does a newer packet take the place of an older one.</param>
    /// <param name="dropped">Counts what was dropped.</param>
    internal BufferOutcome TryAdd(EncodedPacket packet, long unsent, bool isBehind, ref DroppedPackets dropped)
    {
        if (isBehind && packet is KeyedPacket keyed)
        {
            Waiting.Conflate(keyed.Key, ref dropped);
        }

        if (!Fits(packet, unsent) && !TryMakeRoom(packet, unsent, ref dropped))
        {
            return packet.Shedding is PacketShedding.Volatile or PacketShedding.Oldest ? BufferOutcome.Dropped : BufferOutcome.Overflow;
        }

        Waiting.Add(packet);
        return BufferOutcome.Added;
    }

    /// <summary>Looks again whether the client is behind.</summary>
    internal void NoteCongestion(Connection connection, long unsent)
    {
        // Two thresholds, so that a client at the brink does not change with every packet.
        bool isCongested = Waiting.Bytes + unsent > (IsCongested ? maxBytes / 4 : maxBytes / 2);
        if (isCongested != IsCongested)
        {
            IsCongested = isCongested;
            connection.Engine.Congestion.Change(isCongested);
        }
    }

    private readonly bool Fits(EncodedPacket packet, long unsent)
    {
        long buffered = Waiting.Bytes + unsent;
        return buffered == 0 || buffered + packet.Length <= maxBytes;
    }

    private bool TryMakeRoom(EncodedPacket packet, long unsent, ref DroppedPackets dropped)
    {
        // Where what the transport has leaves no room, dropping what waits gives none: then it is better kept.
        if (unsent == 0 || unsent + packet.Length <= maxBytes)
        {
            Waiting.Shed(maxBytes - unsent - packet.Length, packet.Shedding, ref dropped);
            if (Fits(packet, unsent))
            {
                return true;
            }
        }

        dropped.Count(packet.Shedding is PacketShedding.SameKey ? PacketShedding.Never : packet.Shedding);
        return false;
    }
}
