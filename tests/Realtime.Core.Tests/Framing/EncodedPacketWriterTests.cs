using System.Buffers;
using CsCheck;
using Realtime.Core.Framing;

namespace Realtime.Core.Tests.Framing;

public sealed class EncodedPacketWriterTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(124, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(127, 4)]
    [InlineData(65_534, 4)]
    [InlineData(65_535, 4)]
    [InlineData(65_536, 10)]
    [InlineData(200_000, 10)]
    public void The_header_is_as_short_as_the_message_allows(int length, int header)
    {
        byte[] data = Data(length);
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.WriteBinaryMessage(data);

        EncodedPacket packet = output.Build();

        Assert.Equal(header + length, packet.Length);
        Assert.Equal(data, packet.WebSocketForm[header..].ToArray());
        Assert.Equal(data, Assert.Single(Wire.Messages(packet)).Data.ToArray());
    }

    [Theory]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void Later_messages_follow_without_a_hole(int length)
    {
        byte[] data = Data(length);
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();
        output.Write("53-[]"u8);
        output.EndMessage();
        output.WriteBinaryMessage(data);
        output.WriteBinaryMessage([]);
        output.WriteBinaryMessage(data);

        EncodedPacket packet = output.Build();

        byte[] frame = [.. Header(WebSocketOpcode.Binary, length), .. data];
        byte[] expected = [0x81, 6, .. "453-[]"u8, .. frame, 0x82, 0, .. frame];
        Assert.Equal(expected, packet.WebSocketForm.ToArray());
    }

    [Fact]
    public void A_text_begins_with_the_digit_of_its_frame()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText(FrameKind.Pong);
        output.Write("probe"u8);
        output.EndMessage();

        Assert.Equal("3probe", Wire.Lines(output.Build()));
    }

    [Fact]
    public void Any_messages_written_in_any_pieces_come_out_as_they_went_in()
    {
        Gen<byte[]> piece = Gen.OneOf(Gen.Byte.Array[0, 20], Gen.Byte.Array[100, 150], Gen.Const(Data(70_000)));
        Gen.Select(piece.Array[0, 5], Gen.Bool).Array[1, 6].Sample(
            messages =>
            {
                EncodedPacketWriter output = EncodedPacketWriter.Rent();
                foreach ((byte[][] pieces, bool binary) in messages)
                {
                    Begin(output, binary);
                    foreach (byte[] part in pieces)
                    {
                        part.CopyTo(output.GetMemory(part.Length));
                        output.Advance(part.Length);
                    }

                    output.EndMessage();
                }

                EncodedPacket packet = output.Build();
                EncodedMessage[] read = Wire.Messages(packet);
                Assert.Equal(messages.Length, read.Length);
                foreach ((EncodedMessage message, (byte[][] pieces, bool binary)) in read.Zip(messages))
                {
                    Assert.Equal(binary, message.IsBinary);
                    byte[] expected = [.. binary ? Array.Empty<byte>() : "4"u8.ToArray(), .. pieces.SelectMany(part => part)];
                    Assert.True(message.Data.Span.SequenceEqual(expected));
                }

                packet.Release();
            },
            iter: 300);
    }

    [Fact]
    public void A_message_has_to_be_ended_before_the_next_begins()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();

        Assert.Throws<InvalidOperationException>(output.BeginBinary);
        output.Abandon();
    }

    [Fact]
    public void A_message_has_to_be_begun_before_it_is_ended()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();

        Assert.Throws<InvalidOperationException>(output.EndMessage);
        output.Abandon();
    }

    [Fact]
    public void A_packet_has_at_least_one_message()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();

        Assert.Throws<InvalidOperationException>(() => output.Build());
        output.Abandon();
    }

    [Fact]
    public void A_packet_is_not_built_with_an_open_message()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.WriteBinaryMessage([1]);
        output.BeginText();

        Assert.Throws<InvalidOperationException>(() => output.Build());
        output.Abandon();
    }

    [Fact]
    public void Advance_stays_within_what_was_handed_out()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();
        int room = output.GetSpan().Length;

        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => output.Advance(room + 1));
        output.Abandon();
    }

    [Fact]
    public void What_was_abandoned_is_not_in_the_next_packet()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.WriteBinaryMessage([1]);
        output.BeginText();
        output.Write("half"u8);
        output.Abandon();

        EncodedPacketWriter next = EncodedPacketWriter.Rent();
        next.BeginText();
        next.EndMessage();

        Assert.Equal("4", Wire.Lines(next.Build()));
    }

    [Fact]
    public void Two_writers_at_once_do_not_share_anything()
    {
        EncodedPacketWriter outer = EncodedPacketWriter.Rent();
        outer.BeginText();
        outer.Write("outer"u8);
        EncodedPacketWriter inner = EncodedPacketWriter.Rent();
        inner.BeginText();
        inner.Write("inner"u8);
        inner.EndMessage();
        EncodedPacket first = inner.Build();
        outer.EndMessage();
        EncodedPacket second = outer.Build();

        Assert.Equal("4inner", Wire.Lines(first));
        Assert.Equal("4outer", Wire.Lines(second));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Compression_is_as_asked_for(bool compress)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.WriteBinaryMessage([1]);

        Assert.Equal(compress, output.Build(compress).Compress);
    }

    private static void Begin(EncodedPacketWriter output, bool binary)
    {
        if (binary)
        {
            output.BeginBinary();
        }
        else
        {
            output.BeginText();
        }
    }

    private static byte[] Data(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    private static byte[] Header(WebSocketOpcode opcode, int length)
    {
        byte[] header = new byte[WebSocketFrameHeader.MaxLength];
        return header[..WebSocketFrameHeader.Write(header, opcode, length)];
    }
}
