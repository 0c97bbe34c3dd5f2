using System.Text;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Raw;

namespace Realtime.Core.Tests.Protocol.Raw;

public sealed class RawPacketCodecTests
{
    [Theory]
    [InlineData(PacketKind.Connect, "/", null, """{"sid":"x"}""", """{"connected":{"sid":"x"}}""")]
    [InlineData(PacketKind.ConnectError, "/chat", null, """{"message":"no"}""", """{"error":{"message":"no"},"ns":"/chat"}""")]
    [InlineData(PacketKind.Disconnect, "/chat", null, "", """{"disconnect":true,"ns":"/chat"}""")]
    [InlineData(PacketKind.Event, "/", null, """["a"]""", """{"event":"a"}""")]
    [InlineData(PacketKind.Event, "/", 0, """["a",{"b":[1,2]}]""", """{"event":"a","data":{"b":[1,2]},"id":0}""")]
    [InlineData(PacketKind.Event, "/", null, """["\u0061\"",1,"2",[3]]""", """{"event":"\u0061\"","args":[1,"2",[3]]}""")]
    [InlineData(PacketKind.Event, "/q\"uote\n\u00e9", null, """["a",null]""", """{"event":"a","data":null,"ns":"/q\"uote\né"}""")]
    [InlineData(PacketKind.Ack, "/", 7, "[]", """{"ack":7}""")]
    [InlineData(PacketKind.Ack, "/chat", 7, """["x"]""", """{"ack":7,"data":"x","ns":"/chat"}""")]
    [InlineData(PacketKind.Ack, "/", 7, "[1,2]", """{"ack":7,"args":[1,2]}""")]
    [InlineData(PacketKind.Event, "/", null, """["$rt:error",{"error":{"code":"rate_limited","message":"slower","event":"say","retryAfter":20}}]""", """{"error":{"code":"rate_limited","message":"slower","event":"say","retryAfter":20}}""")]
    [InlineData(PacketKind.Event, "/chat", null, """["$rt:error",{"error":{"code":"x","message":"}"}}]""", """{"error":{"code":"x","message":"}"},"ns":"/chat"}""")]
    public void A_packet_is_one_object(PacketKind kind, string path, int? id, string data, string expected)
    {
        var packet = new Packet
        {
            Kind = kind, Namespace = Encoding.UTF8.GetBytes(path), AckId = id is { } number ? new AckId((ulong)number) : null, Data = Encoding.UTF8.GetBytes(data),
        };
        EncodedPacket encoded = PacketEncoder.Encode(RawPacketCodec.Instance, in packet);
        EncodedMessages messages = encoded.Messages;
        Assert.True(messages.MoveNext());
        Assert.False(messages.Current.IsBinary);
        Assert.Equal(expected, Encoding.UTF8.GetString(messages.Current.Data.Span));
        Assert.False(messages.MoveNext());
    }

    [Fact]
    public void Attachments_that_were_read_are_arrays_of_their_own()
    {
        byte[] message = Convert.FromHexString("00000032" + Convert.ToHexString("""{"event":"a","data":{"_placeholder":true,"num":0}}"""u8) + "00000002" + "0102");
        Assert.True(RawPacketCodec.Instance.TryRead(new Frame(FrameKind.Message, isBinary: true, new(message)), PacketLimits.Default, out Packet packet));
        message.AsSpan().Clear();
        Assert.Equal([1, 2], packet.Attachments![0].ToArray());
        Assert.Equal("a", Encoding.UTF8.GetString(packet.EventName.Span));
    }
}
