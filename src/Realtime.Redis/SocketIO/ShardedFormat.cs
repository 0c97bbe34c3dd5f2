using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO.MessagePack;

namespace Realtime.Redis.SocketIO;

/// <summary>Writes the messages of the sharded adapter, byte for byte as Node does: JSON, or MessagePack where there are binary values.</summary>
/// <remarks>Immutable: one for each namespace.</remarks>
internal sealed class ShardedFormat(string uid, NamespacePath path)
{
    internal ReadOnlyMemory<byte> Broadcast(Publication publication) => Broadcast(publication, requestId: null, EmitOptions.Of(publication));

    /// <summary>A broadcast that asks for acknowledgements.</summary>
    internal ReadOnlyMemory<byte> Ask(Publication publication, string requestId, TimeSpan timeout) => Broadcast(publication, requestId, EmitOptions.Of(publication, timeout));

    /// <summary>A join, a leave or a disconnect.</summary>
    internal ReadOnlyMemory<byte> Control(ShardedType type, Publication publication) => Text(type, json =>
    {
        NodeFormat.WriteOptions(json, publication.Audience, EmitOptions.None);
        if (type == ShardedType.DisconnectSockets)
        {
            json.WriteBoolean("close"u8, publication.CloseConnection);
        }
        else
        {
            NodeFormat.WriteNames(json, "rooms", publication.Rooms);
        }
    });

    internal ReadOnlyMemory<byte> Fetch(string requestId, Audience audience, TimeSpan? timeout) => Text(ShardedType.FetchSockets, json =>
    {
        NodeFormat.WriteOptions(json, audience, EmitOptions.Waiting(timeout));
        json.WriteString("requestId"u8, requestId);
    });

    internal ReadOnlyMemory<byte> Sockets(string requestId, IReadOnlyList<SocketDescription> sockets) => Text(ShardedType.FetchSocketsResponse, json =>
    {
        json.WriteString("requestId"u8, requestId);
        SocketFormat.Write(json, sockets);
    });

    internal ReadOnlyMemory<byte> ClientCount(string requestId, int count) => Text(ShardedType.BroadcastClientCount, json =>
    {
        json.WriteString("requestId"u8, requestId);
        json.WriteNumber("clientCount"u8, count);
    });

    internal ReadOnlyMemory<byte> ServerSideEmit(string? requestId, EventPayload payload) =>
        Packet(ShardedType.ServerSideEmit, requestId, payload.Data, payload.Attachments);

    /// <summary>An acknowledgement or the answer of a server: one argument, or none.</summary>
    internal ReadOnlyMemory<byte> Answer(ShardedType type, string requestId, EventArguments answer) => answer.Count > 0
        ? Packet(type, requestId, answer[0].Json, Used(answer[0]))
        : Text(type, json => json.WriteString("requestId"u8, requestId));

    // The binary values of an answer belong to all of its arguments, of which only the first goes on.
    private static IReadOnlyList<ReadOnlyMemory<byte>> Used(EventArgument argument) =>
        argument.Attachments is { Count: > 0 } && argument.Json.Span.IndexOf("\"_placeholder\""u8) >= 0 ? argument.Attachments : [];

    private ReadOnlyMemory<byte> Broadcast(Publication publication, string? requestId, EmitOptions flags)
    {
        EventPayload payload = publication.Payload;
        if (payload.Attachments is not { Count: > 0 })
        {
            return Text(ShardedType.Broadcast, json =>
            {
                json.WriteStartObject("packet"u8);
                json.WriteNumber("type"u8, NodeFormat.EventPacket);
                json.WritePropertyName("data"u8);
                json.WriteRawValue(payload.Data.Span, skipInputValidation: true);
                json.WriteEndObject();
                WriteRequestId(json, requestId);
                NodeFormat.WriteOptions(json, publication.Audience, flags);
            });
        }

        return Binary(ShardedType.Broadcast, requestId is null ? 2 : 3, writer =>
        {
            writer.Text("packet"u8).Map(2).Text("type"u8).Integer(NodeFormat.EventPacket).Text("data"u8);
            JsonToMessagePack.Write(writer, payload.Data.Span, payload.Attachments);
            WriteRequestId(writer, requestId);
            NodeFormat.WriteOptions(writer.Text("opts"u8), publication.Audience, flags);
        });
    }

    private ReadOnlyMemory<byte> Packet(ShardedType type, string? requestId, ReadOnlyMemory<byte> data, IReadOnlyList<ReadOnlyMemory<byte>>? binaries) => binaries is { Count: > 0 }
        ? Binary(type, requestId is null ? 1 : 2, writer =>
        {
            WriteRequestId(writer, requestId);
            JsonToMessagePack.Write(writer.Text("packet"u8), data.Span, binaries);
        })
        : Text(type, json =>
        {
            WriteRequestId(json, requestId);
            json.WritePropertyName("packet"u8);
            json.WriteRawValue(data.Span, skipInputValidation: true);
        });

    private byte[] Text(ShardedType type, Action<Utf8JsonWriter> writeData) => NodeFormat.WriteObject(json =>
    {
        json.WriteNumber("type"u8, (int)type);
        json.WriteStartObject("data"u8);
        writeData(json);
        json.WriteEndObject();
        json.WriteString("uid"u8, uid);
        json.WriteString("nsp"u8, path.Value);
    });

    private ReadOnlyMemory<byte> Binary(ShardedType type, int members, Action<MessagePackWriter> writeMembers)
    {
        MessagePackWriter writer = new MessagePackWriter().Map(4).Text("type"u8).Integer((long)type).Text("data"u8).Map(members);
        writeMembers(writer);
        return writer.Text("uid"u8).Text(uid).Text("nsp"u8).Text(path.Utf8).Written;
    }

    private static void WriteRequestId(Utf8JsonWriter json, string? requestId)
    {
        if (requestId is not null)
        {
            json.WriteString("requestId"u8, requestId);
        }
    }

    private static void WriteRequestId(MessagePackWriter writer, string? requestId)
    {
        if (requestId is not null)
        {
            writer.Text("requestId"u8).Text(requestId);
        }
    }
}
