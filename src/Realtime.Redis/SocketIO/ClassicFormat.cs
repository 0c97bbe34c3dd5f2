using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO.MessagePack;

namespace Realtime.Redis.SocketIO;

/// <summary>Writes the messages of the classic adapter, byte for byte as Node does.</summary>
internal static class ClassicFormat
{
    internal static ReadOnlyMemory<byte> Broadcast(string uid, Publication publication)
    {
        MessagePackWriter writer = new MessagePackWriter().Array(3).Text(uid);
        WritePacket(writer, publication);
        NodeFormat.WriteOptions(writer, publication.Audience, EmitOptions.Of(publication));
        return writer.Written;
    }

    /// <summary>A broadcast that asks for acknowledgements.</summary>
    internal static ReadOnlyMemory<byte> Ask(string uid, string requestId, Publication publication, TimeSpan timeout)
    {
        MessagePackWriter writer = new MessagePackWriter().Map(5)
            .Text("uid"u8).Text(uid).Text("requestId"u8).Text(requestId).Text("type"u8).Integer((long)ClassicType.Broadcast).Text("packet"u8);
        WritePacket(writer, publication);
        NodeFormat.WriteOptions(writer.Text("opts"u8), publication.Audience, EmitOptions.Of(publication, timeout));
        return writer.Written;
    }

    /// <summary>A join, a leave or a disconnect.</summary>
    internal static byte[] Control(string uid, ClassicType type, Publication publication) => NodeFormat.WriteObject(json =>
    {
        json.WriteString("uid"u8, uid);
        json.WriteNumber("type"u8, (int)type);
        NodeFormat.WriteOptions(json, publication.Audience, flags: null);
        if (type == ClassicType.RemoteDisconnect)
        {
            json.WriteBoolean("close"u8, publication.CloseConnection);
        }
        else
        {
            NodeFormat.WriteNames(json, "rooms", publication.Rooms);
        }
    });

    internal static byte[] Fetch(string uid, string requestId, Audience audience) => NodeFormat.WriteObject(json =>
    {
        WriteRequest(json, uid, requestId, ClassicType.RemoteFetch);
        NodeFormat.WriteOptions(json, audience, flags: null);
    });

    internal static byte[] AllRooms(string uid, string requestId) => NodeFormat.WriteObject(json => WriteRequest(json, uid, requestId, ClassicType.AllRooms));

    internal static byte[] ServerSideEmit(string uid, string? requestId, EventPayload payload) => NodeFormat.WriteObject(json =>
    {
        WriteRequest(json, uid, requestId, ClassicType.ServerSideEmit);
        json.WritePropertyName("data"u8);
        NodeFormat.WriteText(json, payload.Data, payload.Attachments);
    });

    /// <summary>An answer that has nothing but the name of its question, and whatever is written.</summary>
    internal static byte[] Response(string requestId, Action<Utf8JsonWriter> write) => NodeFormat.WriteObject(json =>
    {
        json.WriteString("requestId"u8, requestId);
        write(json);
    });

    internal static byte[] ClientCount(string requestId, int count) => NodeFormat.WriteObject(json =>
    {
        json.WriteNumber("type"u8, (int)ClassicType.BroadcastClientCount);
        json.WriteString("requestId"u8, requestId);
        json.WriteNumber("clientCount"u8, count);
    });

    /// <summary>The acknowledgement of one client: its first argument, as Node has it.</summary>
    internal static ReadOnlyMemory<byte> BroadcastAck(string requestId, EventArguments answer)
    {
        MessagePackWriter writer = new MessagePackWriter().Map(answer.Count > 0 ? 3 : 2)
            .Text("type"u8).Integer((long)ClassicType.BroadcastAck).Text("requestId"u8).Text(requestId);
        if (answer.Count > 0)
        {
            JsonToMessagePack.Write(writer.Text("packet"u8), answer[0].Json.Span, answer[0].Attachments);
        }

        return writer.Written;
    }

    internal static byte[] ServerSideAnswer(string requestId, EventArguments answer) => NodeFormat.WriteObject(json =>
    {
        json.WriteNumber("type"u8, (int)ClassicType.ServerSideEmit);
        json.WriteString("requestId"u8, requestId);
        if (answer.Count > 0)
        {
            json.WritePropertyName("data"u8);
            NodeFormat.WriteText(json, answer[0].Json, answer[0].Attachments);
        }
    });

    private static void WriteRequest(Utf8JsonWriter json, string uid, string? requestId, ClassicType type)
    {
        json.WriteString("uid"u8, uid);
        if (requestId is not null)
        {
            json.WriteString("requestId"u8, requestId);
        }

        json.WriteNumber("type"u8, (int)type);
    }

    internal static void WritePacket(MessagePackWriter writer, Publication publication)
    {
        writer.Map(3).Text("type"u8).Integer(NodeFormat.EventPacket).Text("data"u8);
        JsonToMessagePack.Write(writer, publication.Payload.Data.Span, publication.Payload.Attachments);
        writer.Text("nsp"u8).Text(publication.Namespace.Utf8);
    }
}
