using System.Text;

namespace KestrelWebSocketsPeer;

/// <summary>As much of Socket.IO as the measured app needs: bytes are recognised and rearranged, JSON is never parsed.</summary>
internal static class MinimalPacket
{
    private static ReadOnlySpan<byte> EchoStart => "[\"echo\","u8;

    private static ReadOnlySpan<byte> PublishStart => "42[\"pub\","u8;

    private static ReadOnlySpan<byte> MessageStart => "42[\"msg\","u8;

    public static PacketKind KindOf(ReadOnlySpan<byte> packet)
    {
        if (packet.SequenceEqual("3"u8))
        {
            return PacketKind.Pong;
        }

        if (packet.SequenceEqual("40"u8))
        {
            return PacketKind.Connect;
        }

        if (!packet.StartsWith("42"u8))
        {
            return PacketKind.Unknown;
        }

        return packet.StartsWith(PublishStart) ? PacketKind.Publish
            : packet[ArrayStart(packet)..].StartsWith(EchoStart) ? PacketKind.Echo
            : PacketKind.Unknown;
    }

    public static byte[] Open(TimeSpan pingInterval) => Encoding.UTF8.GetBytes(
        $$"""0{"sid":"{{Guid.NewGuid():N}}","upgrades":[],"pingInterval":{{(int)pingInterval.TotalMilliseconds}},"pingTimeout":20000,"maxPayload":1000000}""");

    public static byte[] Connected() => Encoding.UTF8.GetBytes($$"""40{"sid":"{{Guid.NewGuid():N}}"}""");

    /// <summary><c>42ID["echo",X]</c> becomes <c>43ID[X]</c>.</summary>
    public static byte[] Ack(ReadOnlySpan<byte> packet)
    {
        var arrayStart = ArrayStart(packet);
        var arguments = packet[(arrayStart + EchoStart.Length)..];
        var ack = new byte[arrayStart + 1 + arguments.Length];
        packet[..(arrayStart + 1)].CopyTo(ack);
        ack[1] = (byte)'3';
        arguments.CopyTo(ack.AsSpan(arrayStart + 1));
        return ack;
    }

    /// <summary><c>42["pub",X]</c> becomes <c>42["msg",X]</c>.</summary>
    public static byte[] Message(ReadOnlySpan<byte> packet) => [.. MessageStart, .. packet[PublishStart.Length..]];

    private static int ArrayStart(ReadOnlySpan<byte> packet)
    {
        var start = packet.IndexOf((byte)'[');
        return start < 0 ? packet.Length : start;
    }
}
