using Realtime.Load.Network;

namespace Realtime.Load.Dialects;

/// <summary>SignalR's JSON hub protocol on WebSocket, without negotiation.</summary>
internal sealed class SignalRDialect(TimeSpan pingInterval) : IDialect
{
    private const byte RecordSeparator = 0x1e;

    private readonly ReadOnlyMemory<byte> _greeting = ClientFrame.Text("{\"protocol\":\"json\",\"version\":1}\u001e");
    private readonly ReadOnlyMemory<byte> _ping = ClientFrame.Text("{\"type\":6}\u001e");

    public string RequestTarget => "/hub";

    public ReadOnlyMemory<byte> Greeting => _greeting;

    /// <summary>Both sides of SignalR ping by themselves, and the server drops a client that says nothing for 30 s.</summary>
    public ReadOnlyMemory<byte> KeepAlive => _ping;

    public TimeSpan PingInterval => pingInterval;

    private static ReadOnlySpan<byte> CompletionStart => "{\"type\":3,\"invocationId\":\""u8;

    private static ReadOnlySpan<byte> ResultStart => "\",\"result\":\""u8;

    private static ReadOnlySpan<byte> EventStart => "{\"type\":1,\"target\":\"msg\",\"arguments\":[\""u8;

    public bool TryTakePacket(ref ReadOnlySpan<byte> message, out ReadOnlySpan<byte> packet)
    {
        var end = message.IndexOf(RecordSeparator);
        packet = end < 0 ? default : message[..end];
        message = end < 0 ? message : message[(end + 1)..];
        return end >= 0;
    }

    public PacketKind Read(ReadOnlySpan<byte> packet, out int id, out ReadOnlySpan<byte> argument)
    {
        id = 0;
        argument = default;
        if (packet.StartsWith(EventStart) && packet.EndsWith("\"]}"u8))
        {
            argument = packet[EventStart.Length..^3];
            return PacketKind.Event;
        }

        if (packet.StartsWith(CompletionStart))
        {
            return Complete(packet[CompletionStart.Length..], out id, out argument);
        }

        return packet.SequenceEqual("{\"type\":6}"u8) ? PacketKind.Ping
            : packet.SequenceEqual("{}"u8) ? PacketKind.Connected
            : PacketKind.Unknown;
    }

    public ReadOnlyMemory<byte> AnswerTo(PacketKind kind) => default;

    public RequestTemplate Echo(int argumentLength) =>
        new("{\"type\":1,\"invocationId\":\"#\",\"target\":\"echo\",\"arguments\":[\"@\"]}\u001e", argumentLength);

    public RequestTemplate Publish(int argumentLength) =>
        new("{\"type\":1,\"target\":\"pub\",\"arguments\":[\"@\"]}\u001e", argumentLength);

    private static PacketKind Complete(ReadOnlySpan<byte> rest, out int id, out ReadOnlySpan<byte> argument)
    {
        argument = default;
        rest = rest[Digits.Read(rest, out id)..];
        if (!rest.StartsWith(ResultStart) || !rest.EndsWith("\"}"u8))
        {
            return PacketKind.Unknown;
        }

        argument = rest[ResultStart.Length..^2];
        return PacketKind.Ack;
    }
}
