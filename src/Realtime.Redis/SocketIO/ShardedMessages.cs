using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;

namespace Realtime.Redis.SocketIO;

/// <summary>What other nodes of a namespace send by the sharded protocol.</summary>
/// <remarks>Thread-safe; for one channel it is called in order.</remarks>
internal sealed class ShardedMessages(
    AdapterEnvironment environment,
    NamespacePath path,
    string uid,
    ShardedFormat format,
    PendingRequests own,
    Action<string, ReadOnlyMemory<byte>> respond,
    Func<EventPayload, Action<EventArguments>?, Task> handleServerEvent)
{
    internal async ValueTask OnMessageAsync(string channel, ReadOnlyMemory<byte> bytes)
    {
        if (NodeMessage.TryRead(bytes) is not { Root.ValueKind: JsonValueKind.Object } message || NodeMessage.Find(message.Root, "data") is not { ValueKind: JsonValueKind.Object } data)
        {
            SocketIORedisLog.Unreadable(environment.Logger, channel);
            return;
        }

        if (NodeMessage.FindText(message.Root, "uid") is not { } sender || sender == uid || NodeMessage.FindText(message.Root, "nsp") != path.Value)
        {
            return;
        }

        string? requestId = NodeMessage.FindText(data, "requestId");
        switch ((ShardedType?)NodeMessage.FindInteger(message.Root, "type"))
        {
            case ShardedType.Broadcast:
                await BroadcastAsync(message, data, sender, requestId).ConfigureAwait(false);
                break;
            case ShardedType.SocketsJoin:
                await environment.Receiver.OnPublicationAsync(ReadControl(PublicationKind.Join, data)).ConfigureAwait(false);
                break;
            case ShardedType.SocketsLeave:
                await environment.Receiver.OnPublicationAsync(ReadControl(PublicationKind.Leave, data)).ConfigureAwait(false);
                break;
            case ShardedType.DisconnectSockets:
                // Not waited for: what the application does at the end of a socket may wait for something that stands behind this.
                _ = LogAsync(channel, environment.Receiver.OnPublicationAsync(ReadControl(PublicationKind.Disconnect, data)));
                break;
            case ShardedType.FetchSockets when requestId is not null:
                respond(sender, format.Sockets(requestId, environment.Node.DescribeSockets(path, NodeMessage.ReadAudience(NodeMessage.Find(data, "opts")))));
                break;
            case ShardedType.ServerSideEmit when message.ReadEvent(NodeMessage.Find(data, "packet")) is { } payload:
                _ = handleServerEvent(payload, requestId is null ? null : answer => respond(sender, format.Answer(ShardedType.ServerSideEmitResponse, requestId, answer)));
                break;
            case ShardedType.FetchSocketsResponse or ShardedType.ServerSideEmitResponse or ShardedType.BroadcastClientCount or ShardedType.BroadcastAck when requestId is not null:
                own.Find(requestId)?.OnResponse(message, data);
                break;
            default:
                break; // of a version that knows more
        }
    }

    private async ValueTask BroadcastAsync(NodeMessage message, JsonElement data, string sender, string? requestId)
    {
        JsonElement? options = NodeMessage.Find(data, "opts");
        if (NodeMessage.Find(data, "packet") is not { } packet || NodeFormat.ReadEvent(message, path, packet, options) is not { } publication)
        {
            return;
        }

        if (requestId is null)
        {
            await environment.Receiver.OnPublicationAsync(publication).ConfigureAwait(false);
            return;
        }

        var answers = new RelayedAnswers(
            count => respond(sender, format.ClientCount(requestId, count)),
            answer => respond(sender, format.Answer(ShardedType.BroadcastAck, requestId, answer)));
        environment.Node.Ask(publication, NodeMessage.ReadTimeout(options), answers);
    }

    private Publication ReadControl(PublicationKind kind, JsonElement data) => new()
    {
        Kind = kind,
        Namespace = path,
        Audience = NodeMessage.ReadAudience(NodeMessage.Find(data, "opts")),
        Rooms = NodeMessage.ReadNames(NodeMessage.Find(data, "rooms")),
        CloseConnection = NodeMessage.FindBoolean(data, "close") ?? false,
    };

    private async Task LogAsync(string channel, ValueTask applied)
    {
        try
        {
            await applied.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody waits for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SocketIORedisLog.MessageFailed(environment.Logger, exception, channel);
        }
    }
}
