using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.Redis.SocketIO;

/// <summary>What other nodes, and this one, ask of the nodes of a namespace by the classic protocol.</summary>
/// <remarks>Confined to the loop of its subscription.</remarks>
internal sealed class ClassicRequests(
    AdapterEnvironment environment,
    NamespacePath path,
    string uid,
    PendingRequests own,
    SelfDelivery selfDelivery,
    Action<string?, ReadOnlyMemory<byte>> respond,
    Func<EventPayload, Action<EventArguments>?, Task> handleServerEvent)
{
    internal async ValueTask OnRequestAsync(string channel, ReadOnlyMemory<byte> bytes)
    {
        if (NodeMessage.TryRead(bytes) is not { Root.ValueKind: JsonValueKind.Object } message)
        {
            SocketIORedisLog.Unreadable(environment.Logger, channel);
            return;
        }

        JsonElement request = message.Root;
        string? requestId = NodeMessage.FindText(request, "requestId");
        switch ((ClassicType?)NodeMessage.FindInteger(request, "type"))
        {
            case ClassicType.RemoteJoin:
                await ControlAsync(PublicationKind.Join, request, bytes).ConfigureAwait(false);
                break;
            case ClassicType.RemoteLeave:
                await ControlAsync(PublicationKind.Leave, request, bytes).ConfigureAwait(false);
                break;
            case ClassicType.RemoteDisconnect:
                // Not waited for: what the application does at the end of a socket may wait for something that stands behind this.
                _ = LogAsync(channel, ControlAsync(PublicationKind.Disconnect, request, bytes));
                break;
            case ClassicType.ServerSideEmit when NodeMessage.FindText(request, "uid") != uid:
                HandleServerEvent(message, requestId);
                break;
            case { } type when requestId is not null && own.Find(requestId) is null:
                Answer(type, message, requestId);
                break;
            default:
                break; // own, or of a version that knows more
        }
    }

    private void Answer(ClassicType type, NodeMessage message, string requestId)
    {
        JsonElement request = message.Root;
        string? requester = NodeMessage.FindText(request, "uid");
        switch (type)
        {
            case ClassicType.Sockets:
                var audience = new Audience { Rooms = NodeMessage.ReadNames(NodeMessage.Find(request, "rooms")) };
                IEnumerable<string> ids = environment.Node.DescribeSockets(path, audience).Select(static socket => socket.Id);
                respond(requester, ClassicFormat.Response(requestId, json => NodeFormat.WriteNames(json, "sockets", ids)));
                break;
            case ClassicType.AllRooms:
                respond(requester, ClassicFormat.Response(requestId, json => NodeFormat.WriteNames(json, "rooms", environment.Node.ListRooms(path))));
                break;
            case ClassicType.RemoteFetch:
                IReadOnlyList<SocketDescription> sockets = environment.Node.DescribeSockets(path, NodeMessage.ReadAudience(NodeMessage.Find(request, "opts")));
                respond(requester, ClassicFormat.Response(requestId, json => SocketFormat.Write(json, sockets)));
                break;
            case ClassicType.Broadcast when NodeMessage.Find(request, "packet") is { } packet:
                Ask(message, packet, requester, requestId);
                break;
            default:
                break;
        }
    }

    private void Ask(NodeMessage message, JsonElement packet, string? requester, string requestId)
    {
        JsonElement? options = NodeMessage.Find(message.Root, "opts");
        if (NodeFormat.ReadEvent(message, path, packet, options) is { } publication)
        {
            var answers = new RelayedAnswers(
                count => respond(requester, ClassicFormat.ClientCount(requestId, count)),
                answer => respond(requester, ClassicFormat.BroadcastAck(requestId, answer)));
            environment.Node.Ask(publication, NodeMessage.ReadTimeout(options), answers);
        }
    }

    // Answers of servers go to everybody, also where others do not.
    private void HandleServerEvent(NodeMessage message, string? requestId)
    {
        if (message.ReadEvent(NodeMessage.Find(message.Root, "data")) is { } payload)
        {
            _ = handleServerEvent(payload, requestId is null ? null : answer => respond(null, ClassicFormat.ServerSideAnswer(requestId, answer)));
        }
    }

    private async Task ControlAsync(PublicationKind kind, JsonElement request, ReadOnlyMemory<byte> bytes)
    {
        TaskCompletionSource? waiting = NodeMessage.FindText(request, "uid") == uid ? selfDelivery.Take(bytes.Span) : null;
        try
        {
            await ApplyAsync(kind, request).ConfigureAwait(false);
            waiting?.TrySetResult();
        }
        catch (Exception exception) when (waiting is not null)
        {
            waiting.TrySetException(exception);
        }
    }

    private async Task ApplyAsync(PublicationKind kind, JsonElement request)
    {
        bool closes = NodeMessage.FindBoolean(request, "close") ?? false;
        if (NodeMessage.Find(request, "opts") is { ValueKind: JsonValueKind.Object } options)
        {
            await environment.Receiver.OnPublicationAsync(Create(kind, NodeMessage.ReadAudience(options), NodeMessage.ReadNames(NodeMessage.Find(request, "rooms")), closes)).ConfigureAwait(false);
            return;
        }

        // Of older nodes: one socket and one room, and an answer.
        if (NodeMessage.FindText(request, "sid") is { } sid && environment.Node.HasRoom(path, sid))
        {
            string[] rooms = NodeMessage.Find(request, "room") is { ValueKind: JsonValueKind.String or JsonValueKind.Number } room ? [room.ToString()] : [];
            await environment.Receiver.OnPublicationAsync(Create(kind, new Audience { Rooms = [sid] }, rooms, closes)).ConfigureAwait(false);
            if (NodeMessage.FindText(request, "requestId") is { } requestId)
            {
                respond(NodeMessage.FindText(request, "uid"), ClassicFormat.Response(requestId, static _ => { }));
            }
        }
    }

    private Publication Create(PublicationKind kind, Audience audience, string[] rooms, bool closes) =>
        new() { Kind = kind, Namespace = path, Audience = audience, Rooms = rooms, CloseConnection = closes };

    private async Task LogAsync(string channel, Task applied)
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
