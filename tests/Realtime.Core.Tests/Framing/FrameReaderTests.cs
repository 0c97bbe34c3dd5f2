using System.Buffers;
using Realtime.Core.Framing;

namespace Realtime.Core.Tests.Framing;

public sealed class FrameReaderTests
{
    [Theory]
    [InlineData("0{}", FrameKind.Open, "{}")]
    [InlineData("1", FrameKind.Close, "")]
    [InlineData("2", FrameKind.Ping, "")]
    [InlineData("2probe", FrameKind.Ping, "probe")]
    [InlineData("3", FrameKind.Pong, "")]
    [InlineData("3probe", FrameKind.Pong, "probe")]
    [InlineData("4hello €", FrameKind.Message, "hello €")]
    [InlineData("4", FrameKind.Message, "")]
    [InlineData("5", FrameKind.Upgrade, "")]
    [InlineData("6", FrameKind.Noop, "")]
    public void The_first_digit_of_a_text_is_its_kind(string text, FrameKind kind, string payload)
    {
        Assert.True(FrameReader.TryRead(Wire.TextMessage(text), out Frame frame));

        Assert.Equal(kind, frame.Kind);
        Assert.False(frame.IsBinary);
        Assert.Equal(payload, Wire.Text(frame.Payload));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("9")]
    [InlineData("/")]
    [InlineData("abc")]
    [InlineData(" 4")]
    [InlineData("B")]
    [InlineData("é4")]
    public void A_text_of_no_known_kind_is_refused(string text) => Assert.False(FrameReader.TryRead(Wire.TextMessage(text), out _));

    [Fact]
    public void Every_byte_but_seven_digits_and_b_is_refused_as_a_kind()
    {
        string accepted = "";
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            if (FrameReader.TryRead(TransportMessage.Create(isBinary: false, new[] { (byte)value }), out _))
            {
                accepted += (char)value;
            }
        }

        Assert.Equal("0123456b", accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("34FF")]
    public void A_binary_message_is_a_message_frame_without_a_kind(string hex)
    {
        byte[] data = Convert.FromHexString(hex);

        Assert.True(FrameReader.TryRead(TransportMessage.Create(isBinary: true, data), out Frame frame));

        Assert.Equal(FrameKind.Message, frame.Kind);
        Assert.True(frame.IsBinary);
        Assert.Equal(data, frame.Payload.ToArray());
    }

    [Theory]
    [InlineData("b", "")]
    [InlineData("bAQ==", "01")]
    [InlineData("bAQI=", "0102")]
    [InlineData("bAQIDBA==", "01020304")]
    [InlineData("b+/+/", "fbffbf")]
    public void Text_with_b_is_binary_in_base64(string text, string hex)
    {
        Assert.True(FrameReader.TryRead(Wire.TextMessage(text), out Frame frame));

        Assert.Equal(FrameKind.Message, frame.Kind);
        Assert.True(frame.IsBinary);
        Assert.Equal(hex, Convert.ToHexStringLower(frame.Payload.ToArray()));
    }

    [Theory]
    [InlineData("bA")]
    [InlineData("bAQ=")]
    [InlineData("bAQI")]
    [InlineData("b====")]
    [InlineData("b!!!!")]
    [InlineData("b-_-_")]
    [InlineData("bAQ==AQ==")]
    public void Bad_base64_is_refused(string text) => Assert.False(FrameReader.TryRead(Wire.TextMessage(text), out _));

    [Fact]
    public void The_payload_is_a_slice_of_the_message_and_no_copy()
    {
        byte[] bytes = Wire.Utf8("4hello");

        FrameReader.TryRead(TransportMessage.Create(isBinary: false, bytes), out Frame frame);
        bytes[1] = (byte)'j';

        Assert.Equal("jello", Wire.Text(frame.Payload));
    }

    [Theory]
    [InlineData("42[\"x\"]", "2[\"x\"]")]
    [InlineData("bAQIDBA==", "\u0001\u0002\u0003\u0004")]
    public void A_message_may_come_in_segments_of_one_byte(string text, string payload)
    {
        byte[] bytes = Wire.Utf8(text);
        ReadOnlySequence<byte> pieces = Wire.Cut(bytes, Enumerable.Range(0, bytes.Length));

        Assert.True(FrameReader.TryRead(new TransportMessage(isBinary: false, pieces), out Frame frame));

        Assert.Equal(payload, Wire.Text(frame.Payload));
    }

    [Fact]
    public void Empty_segments_in_front_do_not_hide_the_kind()
    {
        ReadOnlySequence<byte> pieces = Wire.Cut(Wire.Utf8("2probe"), 0, 0, 0);

        Assert.True(FrameReader.TryRead(new TransportMessage(isBinary: false, pieces), out Frame frame));

        Assert.Equal(FrameKind.Ping, frame.Kind);
    }
}
