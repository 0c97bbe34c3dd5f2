using Realtime.Core.Backplane;
using Realtime.Redis.SocketIO.MessagePack;

namespace Realtime.Redis.SocketIO;

/// <summary>Writes the messages of <c>@socket.io/redis-emitter</c>, byte for byte as Node does.</summary>
internal static class EmitterFormat
{
    /// <summary>The name that all emitters have: no node has it, so every node listens to it.</summary>
    internal const string Uid = "emitter";

    internal static ReadOnlyMemory<byte> Broadcast(Publication publication)
    {
        MessagePackWriter writer = new MessagePackWriter().Array(3).Text(Uid);
        ClassicFormat.WritePacket(writer, publication);
        NodeFormat.WriteEmitterOptions(writer, publication.Audience, EmitOptions.Of(publication));
        return writer.Written;
    }

    /// <summary>A join, a leave or a disconnect.</summary>
    internal static ReadOnlyMemory<byte> Control(ClassicType type, Publication publication) => NodeFormat.WriteObject(json =>
    {
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
}
