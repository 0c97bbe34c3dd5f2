using System.Buffers.Binary;
using CsCheck;
using Realtime.Core.Framing;

namespace Realtime.Core.Tests.Framing;

public sealed class WebSocketFrameHeaderTests
{
    [Theory]
    [InlineData(0, "8200")]
    [InlineData(1, "8201")]
    [InlineData(125, "827D")]
    [InlineData(126, "827E007E")]
    [InlineData(127, "827E007F")]
    [InlineData(256, "827E0100")]
    [InlineData(65535, "827EFFFF")]
    [InlineData(65536, "827F0000000000010000")]
    [InlineData(int.MaxValue, "827F000000007FFFFFFF")]
    public void The_length_takes_the_shortest_form(int payloadLength, string expected)
    {
        Span<byte> header = stackalloc byte[WebSocketFrameHeader.MaxLength];

        int written = WebSocketFrameHeader.Write(header, WebSocketOpcode.Binary, payloadLength);

        Assert.Equal(expected, Convert.ToHexString(header[..written]));
        Assert.Equal(written, WebSocketFrameHeader.SizeOf(payloadLength));
    }

    [Theory]
    [InlineData(WebSocketOpcode.Continuation, 0x80)]
    [InlineData(WebSocketOpcode.Text, 0x81)]
    [InlineData(WebSocketOpcode.Binary, 0x82)]
    [InlineData(WebSocketOpcode.Close, 0x88)]
    [InlineData(WebSocketOpcode.Ping, 0x89)]
    [InlineData(WebSocketOpcode.Pong, 0x8A)]
    public void The_first_byte_says_final_and_what_the_frame_carries(WebSocketOpcode opcode, byte expected)
    {
        foreach (int payloadLength in (int[])[5, 500, 500_000])
        {
            byte[] header = new byte[WebSocketFrameHeader.MaxLength];
            WebSocketFrameHeader.Write(header, opcode, payloadLength);
            Assert.Equal(expected, header[0]);
        }
    }

    [Theory]
    [InlineData(125, 1)]
    [InlineData(126, 3)]
    [InlineData(65536, 9)]
    public void A_destination_that_is_too_short_is_refused_and_left_alone(int payloadLength, int room)
    {
        byte[] destination = new byte[room];

        Assert.ThrowsAny<ArgumentException>(() => { WebSocketFrameHeader.Write(destination, WebSocketOpcode.Text, payloadLength); });

        Assert.Equal(new byte[room], destination);
    }

    [Fact]
    public void A_negative_length_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => { WebSocketFrameHeader.Write(new byte[10], WebSocketOpcode.Text, -1); });

    [Fact]
    public void Any_length_can_be_read_back_and_nothing_behind_the_header_is_touched() =>
        Gen.OneOf(Gen.Int[0, 70_000], Gen.Int[0, int.MaxValue]).Sample(payloadLength =>
        {
            byte[] destination = new byte[WebSocketFrameHeader.MaxLength];
            Array.Fill(destination, (byte)0xA5);

            int written = WebSocketFrameHeader.Write(destination, WebSocketOpcode.Text, payloadLength);

            long read = written switch
            {
                2 => destination[1],
                4 => BinaryPrimitives.ReadUInt16BigEndian(destination.AsSpan(2)),
                _ => BinaryPrimitives.ReadInt64BigEndian(destination.AsSpan(2)),
            };
            return read == payloadLength && destination.AsSpan(written).IndexOfAnyExcept((byte)0xA5) < 0;
        });
}
