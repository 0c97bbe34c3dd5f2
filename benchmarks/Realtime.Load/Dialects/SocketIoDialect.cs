using System.Text;
using System.Text.Json;
using Realtime.Load.Network;

namespace Realtime.Load.Dialects;

/// <summary>Socket.IO v5 over Engine.IO v4, directly on WebSocket.</summary>
/// <param name="recovers">Whether clients ask for the recovery extension: events then end in their positions, which are taken off.</param>
internal sealed class SocketIoDialect(bool recovers = false) : IDialect
{
    private readonly ReadOnlyMemory<byte> _connect = ClientFrame.Text(recovers ? """40{"$realtime":{"v":1,"try":1}}""" : "40");
    private readonly ReadOnlyMemory<byte> _pong = ClientFrame.Text("3");

    public string RequestTarget => "/socket.io/?EIO=4&transport=websocket";

    public ReadOnlyMemory<byte> Greeting => default;

    public ReadOnlyMemory<byte> KeepAlive => default;

    public TimeSpan PingInterval { get; private set; }

    private static ReadOnlySpan<byte> EventStart => "42[\"msg\",\""u8;

    public bool TryTakePacket(ref ReadOnlySpan<byte> message, out ReadOnlySpan<byte> packet)
    {
        packet = message;
        message = default;
        return !packet.IsEmpty;
    }

    public PacketKind Read(ReadOnlySpan<byte> packet, out int id, out ReadOnlySpan<byte> argument)
    {
        id = 0;
        argument = default;
        if (packet.StartsWith("43"u8))
        {
            var rest = packet[2..];
            rest = rest[Digits.Read(rest, out id)..];
            return Take(rest, "[\""u8, PacketKind.Ack, out argument);
        }

        if (packet.StartsWith(EventStart))
        {
            return Take(recovers ? WithoutPosition(packet) : packet, EventStart, PacketKind.Event, out argument);
        }

        if (recovers && packet.StartsWith("42[\"$rt:at\""u8))
        {
            return PacketKind.Control;
        }

        return packet.SequenceEqual("2"u8) ? PacketKind.Ping
            : packet.StartsWith("0{"u8) ? Open(packet[1..])
            : packet.StartsWith("40{"u8) ? PacketKind.Connected
            : PacketKind.Unknown;
    }

    public ReadOnlyMemory<byte> AnswerTo(PacketKind kind) => kind switch
    {
        PacketKind.Opened => _connect,
        PacketKind.Ping => _pong,
        _ => default,
    };

    public RequestTemplate Echo(int argumentLength) => new("42#[\"echo\",\"@\"]", argumentLength);

    public RequestTemplate Publish(int argumentLength) => new("42[\"pub\",\"@\"]", argumentLength);

    private static PacketKind Take(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> start, PacketKind kind, out ReadOnlySpan<byte> argument)
    {
        argument = default;
        int end = packet.EndsWith("]"u8) ? packet.Length - 1 : packet.Length;
        if (!packet.StartsWith(start) || end <= start.Length || packet[end - 1] != (byte)'"')
        {
            return PacketKind.Unknown;
        }

        argument = packet[start.Length..(end - 1)];
        return kind;
    }

    // ["msg","…","stream:7"]: the last argument goes, with the bracket behind it.
    private static ReadOnlySpan<byte> WithoutPosition(ReadOnlySpan<byte> packet)
    {
        int comma = packet.LastIndexOf(","u8);
        return comma < 0 || !packet[comma..].Contains((byte)':') ? [] : packet[..comma];
    }

    private PacketKind Open(ReadOnlySpan<byte> json)
    {
        if (PingInterval == TimeSpan.Zero)
        {
            using var open = JsonDocument.Parse(Encoding.UTF8.GetString(json));
            PingInterval = TimeSpan.FromMilliseconds(open.RootElement.GetProperty("pingInterval").GetInt32());
        }

        return PacketKind.Opened;
    }
}
