using System.Buffers;
using System.Diagnostics;
using Realtime.Core.Framing;

namespace Realtime.Core.Connections;

/// <summary>Packets that wait, in order, in a pooled array.</summary>
/// <remarks>Guarded by the gate of its queue. It holds memory only while something waits.</remarks>
internal struct WaitingPackets
{
    private const int FirstSize = 16;
    private EncodedPacket[]? _packets;

    internal int Count { get; private set; }

    internal long Bytes { get; private set; }

    /// <summary>Adds a packet and retains it.</summary>
    internal void Add(EncodedPacket packet)
    {
        packet.Retain();
        if (_packets is null || Count == _packets.Length)
        {
            Grow();
        }

        _packets![Count++] = packet;
        Bytes += packet.Length;
    }

    /// <summary>Takes everything out. The caller releases the packets and gives the array back to the pool.</summary>
    internal EncodedPacket[] Take(out int count)
    {
        EncodedPacket[] taken = _packets!;
        count = Count;
        this = default;
        return taken;
    }

    /// <summary>Drops everything.</summary>
    internal void Clear()
    {
        if (_packets is null)
        {
            return;
        }

        GiveBack(Take(out int count), count);
    }

    internal static void GiveBack(EncodedPacket[] packets, int count)
    {
        for (int i = 0; i < count; i++)
        {
            packets[i].Release();
        }

        ArrayPool<EncodedPacket>.Shared.Return(packets, clearArray: true);
    }

    [Conditional("DEBUG")]
    internal readonly void AssertInvariants()
    {
        Debug.Assert((Count > 0) == (_packets is not null), "It holds memory exactly while something waits.");
        Debug.Assert(Count > 0 || Bytes == 0, "An empty queue accounts no bytes.");
    }

    private void Grow()
    {
        EncodedPacket[] larger = ArrayPool<EncodedPacket>.Shared.Rent(Math.Max(FirstSize, Count * 2));
        if (_packets is not null)
        {
            Array.Copy(_packets, larger, Count);
            ArrayPool<EncodedPacket>.Shared.Return(_packets, clearArray: true);
        }

        _packets = larger;
    }
}
