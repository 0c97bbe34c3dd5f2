using System.Buffers.Binary;
using System.Text;

namespace Realtime.Load.Network;

/// <summary>Builds client frames. The masking key is zero, which is legal and leaves the payload as it is, so that frames can be patched in place.</summary>
internal static class ClientFrame
{
    private const byte FinalBit = 0x80;
    private const byte MaskBit = 0x80;
    private const int MaskLength = 4;

    public static byte[] Text(string payload) => Build(ServerFrame.Text, Encoding.UTF8.GetBytes(payload));

    public static byte[] Pong(ReadOnlySpan<byte> payload) => Build(ServerFrame.Pong, payload);

    public static int HeaderLength(int payloadLength) => (payloadLength < 126 ? 2 : 4) + MaskLength;

    private static byte[] Build(int opcode, ReadOnlySpan<byte> payload)
    {
        var header = HeaderLength(payload.Length);
        var frame = new byte[header + payload.Length];
        frame[0] = (byte)(FinalBit | opcode);
        if (payload.Length < 126)
        {
            frame[1] = (byte)(MaskBit | payload.Length);
        }
        else
        {
            frame[1] = MaskBit | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), checked((ushort)payload.Length));
        }

        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }
}
