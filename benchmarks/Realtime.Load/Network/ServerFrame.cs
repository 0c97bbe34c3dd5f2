using System.Buffers.Binary;

namespace Realtime.Load.Network;

/// <summary>A WebSocket frame as a server sends it, unmasked.</summary>
internal readonly ref struct ServerFrame
{
    public const int Continuation = 0;
    public const int Text = 1;
    public const int Binary = 2;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private const byte FinalBit = 0x80;
    private const byte ReservedBits = 0x70;
    private const byte MaskBit = 0x80;

    public required bool IsFinal { get; init; }

    public required int Opcode { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }

    public required int Length { get; init; }

    /// <summary>False when the frame is not whole yet.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ServerFrame frame)
    {
        frame = default;
        if (bytes.Length < 2)
        {
            return false;
        }

        if ((bytes[0] & ReservedBits) != 0 || (bytes[1] & MaskBit) != 0)
        {
            throw new LoadFailure("the server sent a masked frame or reserved bits");
        }

        var header = bytes[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header)
        {
            return false;
        }

        var payload = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            10 => checked((int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
            _ => bytes[1],
        };
        if (bytes.Length - header < payload)
        {
            return false;
        }

        frame = new ServerFrame
        {
            IsFinal = (bytes[0] & FinalBit) != 0,
            Opcode = bytes[0] & 0x0F,
            Payload = bytes.Slice(header, payload),
            Length = header + payload,
        };
        return true;
    }
}
