using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Protocol.Raw;

/// <summary>Turns a message into the packet that a Socket.IO client would have sent, so that everything above, and every check of payloads, is the same.</summary>
internal static class RawPacketReader
{
    private const string Shape = "A message has exactly one of the members event, ack, auth and disconnect: see docs/protocol/raw-websocket.md.";

    /// <summary>Reads a message.</summary>
    /// <returns>What is wrong with it, or <see langword="null"/>. Nothing is thrown, whatever the bytes are.</returns>
    internal static string? Read(in Frame frame, PacketLimits limits, out Packet packet)
    {
        packet = default;
        ReadOnlyMemory<byte> json = frame.Payload.IsSingleSegment ? frame.Payload.First : frame.Payload.ToArray();
        IReadOnlyList<ReadOnlyMemory<byte>> attachments = [];
        if (frame.IsBinary && RawBinaryMessage.Split(json, limits, out json, out attachments) is { } torn)
        {
            return torn;
        }

        if (!Utf8.IsValid(json.Span))
        {
            return "The JSON is not valid UTF-8.";
        }

        RawMembers members = default;
        try
        {
            if (members.Read(json, limits) is { } fault)
            {
                return fault;
            }
        }
        catch (JsonException)
        {
            return $"The message is no JSON, or is nested deeper than {limits.MaxDepth} levels.";
        }

        return ToPacket(in members, attachments, limits, out packet);
    }

    private static string? ToPacket(in RawMembers members, IReadOnlyList<ReadOnlyMemory<byte>> attachments, PacketLimits limits, out Packet packet)
    {
        packet = default;
        PacketKind? kind = KindOf(in members);
        if (kind is null || (members.Data is not null && members.Arguments is not null))
        {
            return kind is null ? Shape : "A message has data or args, not both.";
        }

        if (kind is PacketKind.Connect or PacketKind.Disconnect && (attachments.Count > 0 || members.Data is not null || members.Arguments is not null || members.Id is not null))
        {
            return "Beside auth or disconnect stands ns and nothing else.";
        }

        packet = new Packet
        {
            Kind = kind.Value,
            Namespace = members.Namespace ?? NamespacePath.Root.Utf8Memory,
            AckId = (kind == PacketKind.Ack ? members.Ack : members.Id) is { } id ? new AckId(id) : null,
            Data = PayloadOf(kind.Value, in members),
            AttachmentCount = attachments.Count,
            Attachments = attachments,
        };
        return JsonPayload.TryComplete(ref packet, limits) ? null : "The name of the event is reserved, or a placeholder has no attachment.";
    }

    private static PacketKind? KindOf(in RawMembers members) => (members.Event, members.Ack, members.Auth, members.Disconnects) switch
    {
        (not null, null, null, false) => PacketKind.Event,
        (null, not null, null, false) when members.Id is null => PacketKind.Ack,
        (null, null, not null, false) => PacketKind.Connect,
        (null, null, null, true) => PacketKind.Disconnect,
        _ => null,
    };

    private static ReadOnlyMemory<byte> PayloadOf(PacketKind kind, in RawMembers members)
    {
        switch (kind)
        {
            case PacketKind.Connect:
                return members.Auth!.Value.Span[0] == (byte)'n' ? default : members.Auth.Value;
            case PacketKind.Disconnect:
                return default;
            default:
                return Join(members.Event ?? default, members.Data ?? Inside(members.Arguments));
        }
    }

    // The elements of an array without its brackets; empty when it has none.
    private static ReadOnlyMemory<byte> Inside(ReadOnlyMemory<byte>? array) => array is { } given ? given[1..^1].Trim(" \t\r\n"u8) : default;

    private static byte[] Join(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> arguments)
    {
        bool comma = name.Length > 0 && arguments.Length > 0;
        byte[] array = new byte[name.Length + arguments.Length + (comma ? 3 : 2)];
        array[0] = (byte)'[';
        name.Span.CopyTo(array.AsSpan(1));
        if (comma)
        {
            array[name.Length + 1] = (byte)',';
        }

        arguments.Span.CopyTo(array.AsSpan(array.Length - 1 - arguments.Length));
        array[^1] = (byte)']';
        return array;
    }
}
