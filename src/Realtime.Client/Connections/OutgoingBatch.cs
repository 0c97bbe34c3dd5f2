using Realtime.Core.Framing;

namespace Realtime.Client.Connections;

/// <summary>Packets that go out with one write.</summary>
/// <remarks>Confined to the write loop.</remarks>
internal sealed class OutgoingBatch
{
    // Enough to keep a network busy, little enough that what is lost with a connection is what was really on its way.
    private const int UsualBytes = 64 * 1024;

    private EncodedPacket[] _packets = new EncodedPacket[16];

    internal int Count { get; private set; }

    internal int Bytes { get; private set; }

    /// <summary>Gets the number of bytes that there is room for; the last packet may be larger.</summary>
    internal int Room => Math.Max(0, UsualBytes - Bytes);

    internal ReadOnlyMemory<EncodedPacket> Packets => _packets.AsMemory(0, Count);

    /// <summary>Adds a packet, which belongs to the batch from now on.</summary>
    internal void Add(EncodedPacket packet)
    {
        if (Count == _packets.Length)
        {
            Array.Resize(ref _packets, Count * 2);
        }

        _packets[Count++] = packet;
        Bytes += packet.Length;
    }

    /// <summary>Gives the packets back.</summary>
    internal void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            _packets[i].Release();
            _packets[i] = null!;
        }

        Count = 0;
        Bytes = 0;
    }
}
