using System.Buffers.Binary;

namespace Realtime.Core.Framing;

/// <summary>Writes the header of a WebSocket frame that a server sends: final and unmasked.</summary>
/// <remarks>
/// Thread-safe. A server's frames are not masked, so a frame is the same bytes for each receiver and a broadcast is framed once:
/// encode the payload <see cref="MaxLength"/> bytes into a buffer, then put the header directly in front of it.
/// <code>
///  0               1               2               3
///  1 0 0 0 opcode  | 0 length      |                                  up to 125 bytes
///  1 0 0 0 opcode  | 0 126         | length, 16 bits, big-endian    | up to 65,535 bytes
///  1 0 0 0 opcode  | 0 127         | length, 64 bits, big-endian ...| more
/// </code>
/// </remarks>
public static class WebSocketFrameHeader
{
    /// <summary>The size of the longest header in bytes.</summary>
    public const int MaxLength = 10;

    private const int LargestIn7Bits = 125;
    private const uint Final = 0x80;
    private const uint LengthIn16Bits = 126;
    private const uint LengthIn64Bits = 127;

    /// <summary>Tells how many bytes <see cref="Write"/> will write: 2, 4 or 10.</summary>
    /// <param name="payloadLength">The size of the payload in bytes; not negative.</param>
    public static int SizeOf(int payloadLength) => payloadLength <= LargestIn7Bits ? 2 : payloadLength <= ushort.MaxValue ? 4 : MaxLength;

    /// <summary>Writes the header of a final, unmasked frame.</summary>
    /// <param name="destination">Where the header begins; <see cref="SizeOf"/> bytes or more.</param>
    /// <param name="opcode">What the frame carries.</param>
    /// <param name="payloadLength">The size of the payload in bytes; not negative.</param>
    /// <returns>The bytes written: 2, 4 or 10.</returns>
    public static int Write(Span<byte> destination, WebSocketOpcode opcode, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        uint first = Final | (uint)opcode;
        uint length = (uint)payloadLength;

        // Each of the usual sizes is a single store.
        if (length <= LargestIn7Bits)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)((first << 8) | length));
            return 2;
        }

        if (length <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, (first << 24) | (LengthIn16Bits << 16) | length);
            return 4;
        }

        // The long store comes first: a destination that is too short is then left untouched.
        BinaryPrimitives.WriteUInt64BigEndian(destination[2..], length);
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)((first << 8) | LengthIn64Bits));
        return MaxLength;
    }

    /// <summary>Reads back a header that <see cref="Write"/> wrote.</summary>
    /// <param name="source">The header and what follows.</param>
    /// <param name="opcode">What the frame carries.</param>
    /// <param name="payloadLength">The size of the payload in bytes.</param>
    /// <returns>The size of the header in bytes.</returns>
    public static int Read(ReadOnlySpan<byte> source, out WebSocketOpcode opcode, out int payloadLength)
    {
        opcode = (WebSocketOpcode)(source[0] & 0x0F);
        uint length = source[1];
        if (length <= LargestIn7Bits)
        {
            payloadLength = (int)length;
            return 2;
        }

        if (length == LengthIn16Bits)
        {
            payloadLength = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
            return 4;
        }

        payloadLength = checked((int)BinaryPrimitives.ReadUInt64BigEndian(source[2..]));
        return MaxLength;
    }
}
