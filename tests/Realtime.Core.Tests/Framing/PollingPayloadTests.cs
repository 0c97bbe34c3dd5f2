using System.Buffers;
using CsCheck;
using Realtime.Core.Framing;

namespace Realtime.Core.Tests.Framing;

public sealed class PollingPayloadTests
{
    [Theory]
    [InlineData("4hello\u001ebAQIDBA==", "4hello|bAQIDBA==")]
    [InlineData("2", "2")]
    [InlineData("", "")]
    [InlineData("\u001e", "|")]
    [InlineData("4a\u001e", "4a|")]
    [InlineData("\u001e4a", "|4a")]
    [InlineData("40\u001e1\u001e42[\"x\"]", "40|1|42[\"x\"]")]
    public void A_body_is_cut_at_every_separator(string body, string frames) => Assert.Equal(frames, string.Join('|', Read(new ReadOnlySequence<byte>(Wire.Utf8(body)))));

    [Fact]
    public void An_empty_body_holds_one_frame_and_that_one_is_invalid()
    {
        ReadOnlySequence<byte>? body = ReadOnlySequence<byte>.Empty;

        Assert.True(PollingPayload.TryReadNext(ref body, out TransportMessage message));

        Assert.False(FrameReader.TryRead(message, out _));
        Assert.False(PollingPayload.TryReadNext(ref body, out _));
    }

    [Fact]
    public void A_body_may_come_in_segments_of_one_byte()
    {
        byte[] body = Wire.Utf8("4ab\u001e\u001e3");

        Assert.Equal(["4ab", "", "3"], Read(Wire.Cut(body, Enumerable.Range(0, body.Length))));
    }

    [Fact]
    public void Messages_of_a_body_are_text() => Assert.False(ReadFirst("bAQI=").IsBinary);

    [Fact]
    public void Packets_are_written_with_a_separator_between_them_and_none_at_the_ends()
    {
        EncodedPacket ping = EncodedPacket.CreateConstant("2"u8);

        Assert.Equal("2\u001e2\u001e2", Written(ping, ping, ping));
    }

    [Fact]
    public void The_attachments_of_a_packet_follow_as_base64_frames()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();
        output.Write("52-[\"a\"]"u8);
        output.EndMessage();
        output.WriteBinaryMessage([1, 2]);
        output.WriteBinaryMessage([]);

        Assert.Equal("452-[\"a\"]\u001ebAQI=\u001eb\u001e6", Written(output.Build(), EncodedPacket.CreateConstant("6"u8)));
    }

    [Fact]
    public void No_packets_are_an_empty_body() => Assert.Equal("", Written());

    [Fact]
    public void Null_packets_and_outputs_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => PollingPayload.Write([null!], new ArrayBufferWriter<byte>()));
        Assert.Throws<ArgumentNullException>(() => PollingPayload.Write([], null!));
        Assert.Throws<ArgumentNullException>(() => PollingPayload.WriteText(default, null!));
    }

    [Fact]
    public void A_body_written_packet_by_packet_loses_no_separator()
    {
        Gen.Byte.Array[0, 40].Array[1, 12].Sample(messages =>
        {
            var output = new ArrayBufferWriter<byte>();
            for (int i = 0; i < messages.Length; i++)
            {
                if (i > 0)
                {
                    output.Write([PollingPayload.Separator]);
                }

                PollingPayload.WriteText(new EncodedMessage(IsBinary: true, messages[i]), output);
            }

            string[] frames = [.. Read(new ReadOnlySequence<byte>(output.WrittenMemory))];
            return frames.Select(frame => Convert.FromBase64String(frame[1..])).Zip(messages).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second))
                && frames.Length == messages.Length;
        });
    }

    [Fact]
    public void What_is_written_is_read_back_however_the_body_is_cut()
    {
        Gen<(byte[] Data, bool Binary)> message = Gen.Select(Gen.Byte[32, 126].Array[0, 300], Gen.Bool);
        Gen.Select(message.Array[1, 6].Array[1, 6], Gen.Int[0, 10_000].Array[0, 20]).Sample((packets, cuts) =>
        {
            var output = new ArrayBufferWriter<byte>();
            PollingPayload.Write([.. packets.Select(Build)], output);
            ReadOnlySequence<byte>? body = Wire.Cut(output.WrittenMemory, cuts.Select(cut => cut % (output.WrittenCount + 1)));
            foreach ((byte[] data, bool binary) in packets.SelectMany(messages => messages))
            {
                Assert.True(PollingPayload.TryReadNext(ref body, out TransportMessage read));
                Assert.True(FrameReader.TryRead(read, out Frame frame));
                Assert.Equal(binary, frame.IsBinary);
                Assert.Equal(data, frame.Payload.ToArray());
            }

            Assert.False(PollingPayload.TryReadNext(ref body, out _));
        });
    }

    private static EncodedPacket Build((byte[] Data, bool Binary)[] messages)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        foreach ((byte[] data, bool binary) in messages)
        {
            if (binary)
            {
                output.WriteBinaryMessage(data);
            }
            else
            {
                output.BeginText();
                output.Write(data);
                output.EndMessage();
            }
        }

        return output.Build();
    }

    private static string Written(params EncodedPacket[] packets)
    {
        var output = new ArrayBufferWriter<byte>();
        PollingPayload.Write(packets, output);
        return Wire.Text(output.WrittenMemory);
    }

    private static TransportMessage ReadFirst(string text)
    {
        ReadOnlySequence<byte>? body = new ReadOnlySequence<byte>(Wire.Utf8(text));
        PollingPayload.TryReadNext(ref body, out TransportMessage message);
        return message;
    }

    private static List<string> Read(ReadOnlySequence<byte> whole)
    {
        ReadOnlySequence<byte>? body = whole;
        var frames = new List<string>();
        while (PollingPayload.TryReadNext(ref body, out TransportMessage message))
        {
            frames.Add(Wire.Text(message.Data));
        }

        return frames;
    }
}
