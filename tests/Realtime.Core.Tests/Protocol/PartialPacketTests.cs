using System.Buffers;
using Realtime.Core.Protocol;

namespace Realtime.Core.Tests.Protocol;

public sealed class PartialPacketTests
{
    [Fact]
    public void A_packet_is_complete_with_its_last_attachment()
    {
        var partial = new PartialPacket(Wire.Packet("453-[\"b\"]"));

        Assert.False(partial.TryComplete(Bytes(1), out _));
        Assert.False(partial.TryComplete(Bytes(), out _));
        Assert.True(partial.TryComplete(Bytes(2, 3), out Packet packet));

        Assert.Equal(["01", "", "0203"], packet.Attachments!.Select(attachment => Convert.ToHexString(attachment.Span)));
    }

    [Fact]
    public void Header_and_attachments_outlive_their_messages()
    {
        byte[] attachment = [7];
        var partial = new PartialPacket(Wire.Packet("451-/a,5[\"b\"]"));

        partial.TryComplete(new ReadOnlySequence<byte>(attachment), out Packet packet);
        attachment[0] = 0;

        Assert.Equal(7, Assert.Single(packet.Attachments!).Span[0]);
        Assert.Equal("/a", Wire.Text(packet.Namespace));
        Assert.Equal("b", Wire.Text(packet.EventName));
        Assert.Equal("5", packet.AckId.ToString());
    }

    [Fact]
    public void An_attachment_may_come_in_segments()
    {
        var partial = new PartialPacket(Wire.Packet("451-[\"b\"]"));

        partial.TryComplete(Wire.Cut(new byte[] { 1, 2, 3 }, 1, 1, 2), out Packet packet);

        Assert.Equal([1, 2, 3], packet.Attachments![0].ToArray());
    }

    private static ReadOnlySequence<byte> Bytes(params byte[] bytes) => new(bytes);
}
