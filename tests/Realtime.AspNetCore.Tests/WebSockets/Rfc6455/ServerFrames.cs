using System.Buffers.Binary;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Takes apart what a server has sent: final, unmasked frames and nothing else.</summary>
internal static class ServerFrames
{
    public static IReadOnlyList<(WebSocketOpcode Opcode, byte[] Payload)> Read(ReadOnlySpan<byte> bytes)
    {
        List<(WebSocketOpcode, byte[])> frames = [];
        while (!bytes.IsEmpty)
        {
            Assert.Equal(0x80, bytes[0] & 0xF0);
            Assert.True(bytes[1] <= 127, "A server does not mask.");
            (int size, long length) = bytes[1] switch
            {
                126 => (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
                127 => (10, BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
                byte small => (2, small),
            };
            frames.Add(((WebSocketOpcode)(bytes[0] & 0x0F), bytes.Slice(size, (int)length).ToArray()));
            bytes = bytes[(size + (int)length)..];
        }

        return frames;
    }

    /// <summary>Tells what the client sees of a connection on which these frames were sent and which was not closed otherwise.</summary>
    public static PeerSees EndOf(IReadOnlyList<(WebSocketOpcode Opcode, byte[] Payload)> frames)
    {
        (WebSocketOpcode Opcode, byte[] Payload)[] closes = [.. frames.Where(frame => frame.Opcode == WebSocketOpcode.Close)];
        Assert.True(closes.Length <= 1, "A close frame is sent once.");
        return closes switch
        {
            [] => PeerSees.StillOpen,
            [(_, [])] => PeerSees.CloseFrame(1005),
            [var (_, payload)] => PeerSees.CloseFrame(BinaryPrimitives.ReadUInt16BigEndian(payload)),
            _ => throw new InvalidOperationException("Two close frames."),
        };
    }
}
