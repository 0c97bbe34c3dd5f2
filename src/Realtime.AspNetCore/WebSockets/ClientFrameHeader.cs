using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>The header of a frame that a client sent, and every check that needs nothing but the header.</summary>
/// <remarks>
/// Immutable. The grammar (RFC 6455, section 5.2); what stands further left is checked first and as soon as it has arrived, so that the
/// verdict on given bytes never depends on how the network cut them:
/// <code>
/// final:1 reserved:3 opcode:4 | masked:1 length:7 | more length: 0, 16 (length = 126) or 64 (length = 127) | key:32 | payload
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly struct ClientFrameHeader
{
    /// <summary>The size of the longest header: two bytes, a 64-bit length and the key.</summary>
    public const int MaxSize = 14;

    private const int KeySize = 4;
    private const int SmallestSize = 2 + KeySize;
    private const int Final = 0x80;
    private const int ReservedBits = 0x70;
    private const int OpcodeBits = 0x0F;
    private const int ControlBit = 0x08;
    private const int Masked = 0x80;
    private const int LengthBits = 0x7F;
    private const int LongestControl = 125;
    private const int LengthIn16Bits = 126;

    // Bit n is set when opcode n is defined: 0, 1, 2, 8, 9 and 10.
    private const int DefinedOpcodes = 0b0000_0111_0000_0111;

    private readonly byte _first;

    private ClientFrameHeader(byte first, int size, long length)
    {
        _first = first;
        Size = size;
        Length = length;
    }

    public WebSocketOpcode Opcode => (WebSocketOpcode)(_first & OpcodeBits);

    public bool IsFinal => (_first & Final) != 0;

    public bool IsControl => (_first & ControlBit) != 0;

    /// <summary>The size of the header with the key; of an unfinished one, the size that is known to be needed.</summary>
    public int Size { get; }

    /// <summary>The claimed size of the payload.</summary>
    public long Length { get; }

    /// <summary>Reads a header up to the length; the key may still be on its way.</summary>
    /// <param name="bytes">What has arrived of the frame.</param>
    /// <param name="header">The header when true is returned, else one with only a <see cref="Size"/>.</param>
    /// <param name="violation">Why the header is refused, or null.</param>
    /// <returns>True when the header is good; false when it is refused or unfinished.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ClientFrameHeader header, out WebSocketViolation? violation)
    {
        header = new ClientFrameHeader(0, SmallestSize, 0);
        if (bytes.Length < 2)
        {
            violation = bytes.IsEmpty ? null : CheckFirst(bytes[0]);
            return false;
        }

        byte first = bytes[0];
        byte second = bytes[1];
        violation = CheckFirst(first) ?? CheckSecond(first, second);
        if (violation is not null)
        {
            return false;
        }

        int length = second & LengthBits;
        if (length < LengthIn16Bits)
        {
            header = new ClientFrameHeader(first, SmallestSize, length);
            return true;
        }

        return length == LengthIn16Bits ? TryRead16(bytes, out header, out violation) : TryRead64(bytes, out header, out violation);
    }

    /// <summary>The masking key, in memory order. All <see cref="Size"/> bytes must have arrived.</summary>
    /// <param name="bytes">The bytes of the frame.</param>
    public uint KeyIn(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<uint>(bytes[(Size - KeySize)..]);

    private static WebSocketViolation? CheckFirst(byte first)
    {
        if ((first & ReservedBits) != 0)
        {
            return WebSocketViolation.ReservedBit;
        }

        if (((DefinedOpcodes >> (first & OpcodeBits)) & 1) == 0)
        {
            return WebSocketViolation.ReservedOpcode;
        }

        return (first & (Final | ControlBit)) == ControlBit ? WebSocketViolation.FragmentedControl : null;
    }

    private static WebSocketViolation? CheckSecond(byte first, byte second)
    {
        if ((second & Masked) == 0)
        {
            return WebSocketViolation.NotMasked;
        }

        return (first & ControlBit) != 0 && (second & LengthBits) > LongestControl ? WebSocketViolation.LongControl : null;
    }

    // Longer lengths than necessary are refused: the RFC says that the shortest form must be used, no Socket.IO client writes another,
    // and one length with three spellings helps only to slip past whatever inspects the traffic in front of us. ASP.NET Core accepts them.
    private static bool TryRead16(ReadOnlySpan<byte> bytes, out ClientFrameHeader header, out WebSocketViolation? violation)
    {
        const int Size = SmallestSize + sizeof(ushort);
        violation = null;
        header = new ClientFrameHeader(0, Size, 0);
        if (!BinaryPrimitives.TryReadUInt16BigEndian(bytes[2..], out ushort length))
        {
            return false;
        }

        violation = length < LengthIn16Bits ? WebSocketViolation.NotMinimalLength : null;
        header = new ClientFrameHeader(bytes[0], Size, length);
        return violation is null;
    }

    private static bool TryRead64(ReadOnlySpan<byte> bytes, out ClientFrameHeader header, out WebSocketViolation? violation)
    {
        violation = null;
        header = new ClientFrameHeader(0, MaxSize, 0);
        if (!BinaryPrimitives.TryReadInt64BigEndian(bytes[2..], out long length))
        {
            return false;
        }

        violation = length < 0 ? WebSocketViolation.NegativeLength : length <= ushort.MaxValue ? WebSocketViolation.NotMinimalLength : null;
        header = new ClientFrameHeader(bytes[0], MaxSize, length);
        return violation is null;
    }
}
