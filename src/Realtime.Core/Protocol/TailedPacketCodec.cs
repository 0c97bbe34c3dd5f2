using System.Buffers;
using System.Buffers.Text;
using Realtime.Core.Framing;

namespace Realtime.Core.Protocol;

/// <summary>
/// What clients get that recover what they missed: every event without an acknowledgement id ends in one string made here, the position of the event or a mark that it
/// has none. The client takes that string off, so text of other users can never pose as a position.
/// </summary>
/// <remarks>
/// Thread-safe. A codec of its own, so that a broadcast to both kinds of clients is encoded once for each and plain clients pay nothing. Events whose names begin with
/// <c>$rt:</c> are those of the protocol itself and stay as they are. Reading is that of the inner codec.
/// </remarks>
internal sealed class TailedPacketCodec(IPacketCodec inner) : IPacketCodec
{
    private long _unnumbered;

    public string Name => inner.Name;

    public bool TryRead(in Frame frame, PacketLimits limits, out Packet packet) => inner.TryRead(in frame, limits, out packet);

    public void Write(in Packet packet, EncodedPacketWriter output)
    {
        if (packet.Kind != PacketKind.Event || packet.AckId is not null || packet.Data.Span.StartsWith("[\"$rt:"u8))
        {
            inner.Write(in packet, output);
            return;
        }

        Span<byte> mark = stackalloc byte[1 + 20];
        ReadOnlySpan<byte> tail = packet.Tail.IsEmpty ? NextMark(mark) : packet.Tail.Span;
        ReadOnlySpan<byte> arguments = packet.Data.Span[..^1];
        byte[] data = ArrayPool<byte>.Shared.Rent(arguments.Length + tail.Length + 4);
        try
        {
            arguments.CopyTo(data);
            int length = arguments.Length;
            data[length++] = (byte)',';
            data[length++] = (byte)'"';
            tail.CopyTo(data.AsSpan(length));
            length += tail.Length;
            data[length++] = (byte)'"';
            data[length++] = (byte)']';
            Packet tailed = packet with { Data = data.AsMemory(0, length) };
            inner.Write(in tailed, output);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(data);
        }
    }

    /// <summary>Gets the number of the next event without one. Each its own: a client that recovers by the official protocol shows the last one that it got, and it has to be found again.</summary>
    internal long NextUnnumbered() => Interlocked.Increment(ref _unnumbered);

    private ReadOnlySpan<byte> NextMark(Span<byte> buffer)
    {
        buffer[0] = (byte)'~';
        Utf8Formatter.TryFormat(NextUnnumbered(), buffer[1..], out int digits);
        return buffer[..(digits + 1)];
    }
}
