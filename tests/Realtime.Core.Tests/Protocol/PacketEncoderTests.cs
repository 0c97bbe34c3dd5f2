using System.Buffers;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests.Protocol;

public sealed class PacketEncoderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_packet_is_encoded_by_its_codec(bool compress)
    {
        EncodedPacket encoded = PacketEncoder.Encode(JsonPacketCodec.Instance, PacketExamples.All["binary-ack"], compress);

        Assert.Equal(Golden.Read("binary-ack"), Wire.Lines(encoded));
        Assert.Equal(compress, encoded.Compress);
    }

    [Fact]
    public void A_codec_that_fails_leaves_nothing_for_the_next_packet()
    {
        Assert.Throws<NotSupportedException>(() => PacketEncoder.Encode(new FailingCodec(), PacketExamples.All["event"]));

        Assert.Equal(Golden.Read("event"), Wire.Lines(PacketEncoder.Encode(JsonPacketCodec.Instance, PacketExamples.All["event"])));
    }

    [Fact]
    public void A_codec_is_needed() => Assert.Throws<ArgumentNullException>(() => PacketEncoder.Encode(null!, PacketExamples.All["event"]));

    private sealed class FailingCodec : IPacketCodec
    {
        public string Name => "failing";

        public bool TryRead(in Frame frame, PacketLimits limits, out Packet packet) => throw new NotSupportedException();

        public void Write(in Packet packet, EncodedPacketWriter output)
        {
            output.BeginText();
            output.Write("half"u8);
            throw new NotSupportedException();
        }
    }
}
