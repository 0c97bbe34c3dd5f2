using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.Backplane;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Requests;

/// <summary>What nodes ask each other in one namespace. Only nodes that hear the request are waited for, so one that has died makes nobody wait.</summary>
/// <remarks>Thread-safe. Nothing is repeated: what is lost on its way ends by the timeout of who asks.</remarks>
internal sealed class NodeRequests(NamespacePath path, string node, IConnectionMultiplexer connection, NamespaceKeys keys, bool isSharded, IClusterNode answers, MessageSeal seal,
    ILogger logger)
{
    private static readonly string s_ask = LuaScripts.Load("ask.lua");

    private readonly ConcurrentDictionary<string, AskedRequest> _waiting = new(StringComparer.Ordinal);
    private ChannelMessageQueue? _messages;

    internal async Task StartAsync()
    {
        _messages = await connection.GetSubscriber().SubscribeAsync(ChannelOf(node)).ConfigureAwait(false);
        _messages.OnMessage(message => OnMessage(message.Message));
    }

    internal async Task StopAsync()
    {
        if (_messages is not null)
        {
            await _messages.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }
    }

    internal async ValueTask<IReadOnlyList<SocketDescription>> FetchSocketsAsync(Audience audience, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, SocketDescription>(StringComparer.Ordinal);
        await AskAllAsync(RequestKind.Sockets, audience, PublicationCodec.Encode(About(audience)), timeout, answer =>
        {
            foreach (SocketDescription socket in RequestFormat.ReadSockets(answer.Body))
            {
                found[socket.Id] = socket;
            }
        }, cancellationToken).ConfigureAwait(false);
        return [.. found.Values];
    }

    internal async ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var rooms = new HashSet<string>(StringComparer.Ordinal);
        await AskAllAsync(RequestKind.Rooms, Audience.Everyone, [], timeout, answer =>
        {
            var input = new ByteReader(answer.Body);
            rooms.UnionWith(input.ReadStrings());
        }, cancellationToken).ConfigureAwait(false);
        return rooms;
    }

    internal async ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(EventPayload payload, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var given = new List<EventArguments>();
        int count = 0;
        try
        {
            await AskAllAsync(RequestKind.Servers, Audience.Everyone, RequestFormat.Payload(payload), timeout, answer =>
            {
                count++;
                if (RequestFormat.ReadArguments(answer.Body) is { } arguments)
                {
                    given.Add(arguments);
                }
            }, cancellationToken).ConfigureAwait(false);
            return given;
        }
        catch (ClusterTimeoutException)
        {
            throw new ClusterTimeoutException(given, count + 1);
        }
    }

    /// <summary>Has other nodes ask their clients. What these answer is reported until <paramref name="ended"/>.</summary>
    internal async ValueTask<bool> AskAsync(Publication publication, TimeSpan timeout, IBroadcastAnswers told, CancellationToken ended)
    {
        var request = new AskedRequest(answer =>
        {
            if (answer.Kind == RequestKind.Ack)
            {
                told.OnAnswer(RequestFormat.ReadArguments(answer.Body) ?? EventArguments.Empty);
            }
            else
            {
                var input = new ByteReader(answer.Body);
                told.OnAsked(input.ReadNumber());
            }
        });
        string id = RandomId.Create();
        _waiting[id] = request;
        ended.UnsafeRegister(_ => _waiting.TryRemove(id, out AskedRequest? _), null);
        try
        {
            await SendAsync(request, new NodeRequest(RequestKind.Acks, id, node, timeout, PublicationCodec.Encode(publication)), publication.Audience).ConfigureAwait(false);
            await request.All.WaitAsync(ended).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception) || exception is OperationCanceledException)
        {
            return false;
        }
    }

    private async Task AskAllAsync(RequestKind kind, Audience audience, byte[] body, TimeSpan timeout, Action<NodeRequest> onAnswer, CancellationToken cancellationToken)
    {
        var request = new AskedRequest(onAnswer);
        string id = RandomId.Create();
        _waiting[id] = request;
        try
        {
            await SendAsync(request, new NodeRequest(kind, id, node, timeout, body), audience).ConfigureAwait(false);
            await request.All.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new ClusterTimeoutException($"timeout reached while waiting for {request.ReachedCount} nodes");
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private async Task SendAsync(AskedRequest request, NodeRequest message, Audience audience)
    {
        RedisValue[] rooms = audience.Rooms.Count == 0 ? [""] : [.. audience.Rooms.Select(static room => (RedisValue)room)];
        RedisResult reached = await connection.GetDatabase().ScriptEvaluateAsync(
            s_ask, [keys.Channels], [keys.Prefix, node, isSharded ? "SPUBLISH" : "PUBLISH", seal.Seal(MessageSeal.Request, message.Encode()), .. rooms]).ConfigureAwait(false);
        request.OnReached((string[])reached!);
    }

    private void OnMessage(RedisValue received)
    {
        try
        {
            var message = NodeRequest.Decode(
                seal.Open(MessageSeal.Request, (byte[]?)received ?? []) ?? throw new InvalidDataException("A request that is not signed by a key of this node."));
            if (message.Kind is RequestKind.Answer or RequestKind.Ack)
            {
                if (_waiting.TryGetValue(message.Id, out AskedRequest? request))
                {
                    request.OnMessage(in message);
                }
            }
            else
            {
                Answer(message);
            }
        }
        catch (InvalidDataException exception)
        {
            RedisBackplaneLog.MessageFailed(logger, exception, path.Value);
        }
    }

    private void Answer(NodeRequest request)
    {
        switch (request.Kind)
        {
            case RequestKind.Sockets:
                Reply(request, RequestKind.Answer, RequestFormat.Sockets(answers.DescribeSockets(path, PublicationCodec.Decode(path, request.Body).Audience)));
                break;
            case RequestKind.Rooms:
                Reply(request, RequestKind.Answer, RequestFormat.Rooms(answers.ListRooms(path)));
                break;
            case RequestKind.Acks:
                answers.Ask(PublicationCodec.Decode(path, request.Body), request.Timeout, new RelayedAnswers((kind, body) => Reply(request, kind, body)));
                break;
            case RequestKind.Servers:
                _ = AnswerServerAsync(request);
                break;
        }
    }

    private async Task AnswerServerAsync(NodeRequest request)
    {
        var input = new ByteReader(request.Body);
        EventPayload payload = input.ReadPayload();
        Reply(request, RequestKind.Answer, RequestFormat.Arguments(await answers.AnswerAsync(path, payload).ConfigureAwait(false)));
    }

    // At most once: who asks has a timeout.
    private void Reply(NodeRequest request, RequestKind kind, byte[] body)
    {
        byte[] message = seal.Seal(MessageSeal.Request, new NodeRequest(kind, request.Id, node, TimeSpan.Zero, body).Encode());
        connection.GetSubscriber().Publish(ChannelOf(request.From), message, CommandFlags.FireAndForget);
    }

    private RedisChannel ChannelOf(string target) => isSharded ? RedisChannel.Sharded(keys.Requests(target)) : RedisChannel.Literal(keys.Requests(target));

    private Publication About(Audience audience) => new() { Kind = PublicationKind.Event, Namespace = path, Audience = audience };
}
