using System.Text.Json;
using Realtime.Core.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Raw;

namespace Realtime.Core.Connections;

/// <summary>One JSON object per message, without Engine.IO: docs/protocol/raw-websocket.md.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class RawWebSocketProtocol(bool pings) : WireProtocol
{
    internal override IPacketCodec Codec => RawPacketCodec.Instance;

    internal override bool AuthenticatesFirst => true;

    internal override bool TakesPongsOfTransport => pings;

    internal override bool TryRead(in TransportMessage message, out Frame frame)
    {
        frame = new Frame(FrameKind.Message, message.IsBinary, message.Data);
        return true;
    }

    internal override bool TryPing(OutboundQueue outbound)
    {
        if (pings)
        {
            outbound.Send(Frames.WebSocketPing);
        }

        return pings;
    }

    internal override string? FindFault(in Frame frame, PacketLimits limits) => RawPacketReader.Read(in frame, limits, out _);

    internal override void Explain(OutboundQueue outbound, string violation) => Send(outbound, "error"u8, json =>
    {
        json.WriteString("code"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(nameof(ErrorCode.ProtocolViolation)));
        json.WriteString("message"u8, violation);
    });

    internal override void SayFarewell(OutboundQueue outbound, CloseReason reason) => Send(outbound, "close"u8, json =>
    {
        json.WriteNumber("code"u8, reason.Code);
        json.WriteString("reason"u8, reason.Text);
    });

    private static void Send(OutboundQueue outbound, ReadOnlySpan<byte> member, Action<Utf8JsonWriter> write)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginRawText();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteStartObject(member);
            write(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.EndMessage();
        EncodedPacket packet = output.Build();
        outbound.Send(packet);
        packet.Release();
    }
}
