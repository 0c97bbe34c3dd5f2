using System.Security.Cryptography;
using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO.MessagePack;
using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>One namespace as <c>createAdapter</c> of Node has it: broadcasts by PUBLISH to channels of rooms, requests and responses on channels of their own.</summary>
/// <remarks>Thread-safe. Broadcasts, requests and responses are each applied in the order in which they come.</remarks>
internal sealed class ClassicAdapter : NamespaceAdapter
{
    private const string IdCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const int IdLength = 6;

    private readonly string _channel;
    private readonly string _requestChannel;
    private readonly string _responseChannel;
    private readonly SelfDelivery _selfDelivery;
    private readonly ClassicRequests _incoming;
    private ChannelSubscription[] _subscriptions = [];

    internal ClassicAdapter(AdapterEnvironment environment, NamespacePath path)
        : base(environment, path, CreateId(), CreateId)
    {
        _channel = $"{environment.Options.Key}#{path.Value}#";
        _requestChannel = $"{environment.Options.Key}-request#{path.Value}#";
        _responseChannel = $"{environment.Options.Key}-response#{path.Value}#";
        _selfDelivery = new SelfDelivery(environment.Options.RequestsTimeout, environment.TimeProvider);
        _incoming = new ClassicRequests(environment, path, Uid, Requests, _selfDelivery, Respond, HandleServerEventAsync);
    }

    internal override async Task StopAsync()
    {
        foreach (ChannelSubscription subscription in _subscriptions)
        {
            await subscription.StopAsync().ConfigureAwait(false);
        }
    }

    internal override ValueTask PublishAsync(Publication publication) => publication.Kind switch
    {
        PublicationKind.Event => BroadcastAsync(publication),
        PublicationKind.Join => ControlAsync(ClassicType.RemoteJoin, publication),
        PublicationKind.Leave => ControlAsync(ClassicType.RemoteLeave, publication),
        PublicationKind.Disconnect => ControlAsync(ClassicType.RemoteDisconnect, publication),
        PublicationKind.ServerEvent => ServerSideEmitAsync(publication.Payload),
        _ => Environment.Receiver.OnPublicationAsync(publication),
    };

    internal override Task<int> CountNodesAsync() => NodeCount.OfAsync(Environment.Connection, _requestChannel, isSharded: false);

    internal override async ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(CancellationToken cancellationToken)
    {
        var request = new GatheringRequest<string[]>(
            await CountOthersAsync().ConfigureAwait(false),
            static (_, body) => NodeMessage.Find(body, "rooms") is { ValueKind: JsonValueKind.Array } rooms ? NodeMessage.ReadNames(rooms) : null);
        await GatherAsync(
            request,
            id => SendRequestAsync(ClassicFormat.AllRooms(Uid, id)),
            Environment.Options.RequestsTimeout,
            static _ => new ClusterTimeoutException("timeout reached while waiting for allRooms response"),
            cancellationToken).ConfigureAwait(false);
        return [.. request.Answers.SelectMany(static rooms => rooms)];
    }

    private protected override async Task SubscribeAsync()
    {
        try
        {
            _subscriptions =
            [
                await ChannelSubscription.StartAsync(Environment, RedisChannel.Pattern(GlobPattern.Escape(_channel) + "*"), OnBroadcastAsync).ConfigureAwait(false),
                await ChannelSubscription.StartAsync(Environment, RedisChannel.Literal(_responseChannel), OnResponseAsync).ConfigureAwait(false),
                await ChannelSubscription.StartAsync(Environment, RedisChannel.Literal($"{_responseChannel}{Uid}#"), OnResponseAsync).ConfigureAwait(false),

                // Last: it is by this one that other nodes count this node, and wait for its answers.
                await ChannelSubscription.StartAsync(Environment, RedisChannel.Literal(_requestChannel), _incoming.OnRequestAsync).ConfigureAwait(false),
            ];
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            SocketIORedisLog.SubscribeFailed(Environment.Logger, exception, Path.Value);
            throw;
        }
    }

    // Node asks by its own time only.
    private protected override TimeSpan FetchTimeout(TimeSpan? timeout) => Environment.Options.RequestsTimeout;

    private protected override ClusterTimeoutException FetchTimedOut(GatheringRequest<IReadOnlyList<SocketDescription>> request) =>
        new("timeout reached while waiting for fetchSockets response");

    private protected override Task SendFetchAsync(string requestId, Audience audience, TimeSpan? timeout) => SendRequestAsync(ClassicFormat.Fetch(Uid, requestId, audience));

    private protected override Task SendAskAsync(string requestId, Publication publication, TimeSpan timeout) => SendRequestAsync(ClassicFormat.Ask(Uid, requestId, publication, timeout));

    private protected override Task SendServerSideEmitAsync(string requestId, EventPayload payload) => SendRequestAsync(ClassicFormat.ServerSideEmit(Uid, requestId, payload));

    private protected override int? ReadClientCount(JsonElement body) =>
        IsOf(body, ClassicType.BroadcastClientCount) ? NodeMessage.FindInteger(body, "clientCount") : null;

    private protected override EventArguments? ReadClientAnswer(NodeMessage message, JsonElement body) =>
        IsOf(body, ClassicType.BroadcastAck) ? message.ReadAnswer(NodeMessage.Find(body, "packet")) : null;

    private protected override EventArguments? ReadServerAnswer(NodeMessage message, JsonElement body) =>
        IsOf(body, ClassicType.ServerSideEmit) ? message.ReadAnswer(NodeMessage.Find(body, "data")) : null;

    private static bool IsOf(JsonElement body, ClassicType type) => NodeMessage.FindInteger(body, "type") == (int)type;

    private static string CreateId() => RandomNumberGenerator.GetString(IdCharacters, IdLength);

    // As Node: published first, sent here without waiting for Redis, and sent here also when Redis is away.
    private async ValueTask BroadcastAsync(Publication publication)
    {
        string[] rooms = NodeFormat.RoomsOf(publication.Audience);
        Task published = LogFailureAsync(SendAsync(RedisChannel.Literal(rooms.Length == 1 ? $"{_channel}{rooms[0]}#" : _channel), ClassicFormat.Broadcast(Uid, publication)));
        await Environment.Receiver.OnPublicationAsync(publication).ConfigureAwait(false);
        await published.ConfigureAwait(false); // who emits faster than Redis takes it waits here
    }

    // As Node: done when it comes back from Redis, here as on all others, so while Redis is away nothing is done at all.
    private async ValueTask ControlAsync(ClassicType type, Publication publication)
    {
        await Started.ConfigureAwait(false);
        byte[] message = ClassicFormat.Control(Uid, type, publication);
        await _selfDelivery.RunAsync(message, () => SendSurelyAsync(RedisChannel.Literal(_requestChannel), message)).ConfigureAwait(false);
    }

    private async ValueTask ServerSideEmitAsync(EventPayload payload)
    {
        ThrowIfDangerous(payload);
        await SendSurelyAsync(RedisChannel.Literal(_requestChannel), ClassicFormat.ServerSideEmit(Uid, requestId: null, payload)).ConfigureAwait(false);
    }

    private Task<long> SendRequestAsync(ReadOnlyMemory<byte> message) => SendAsync(RedisChannel.Literal(_requestChannel), message);

    private void Respond(string? requester, ReadOnlyMemory<byte> message) =>
        Answer(RedisChannel.Literal(requester is not null && Environment.Options.PublishOnSpecificResponseChannel ? $"{_responseChannel}{requester}#" : _responseChannel), message);

    private async ValueTask OnBroadcastAsync(string channel, ReadOnlyMemory<byte> bytes)
    {
        if (!channel.StartsWith(_channel, StringComparison.Ordinal) || (channel.Length > _channel.Length && !Environment.Node.HasRoom(Path, channel[_channel.Length..^1])) || IsOwn(bytes))
        {
            return;
        }

        if (NodeMessage.TryRead(bytes) is not { Root.ValueKind: JsonValueKind.Array } message || message.Root.GetArrayLength() < 2)
        {
            SocketIORedisLog.Unreadable(Environment.Logger, channel);
            return;
        }

        JsonElement packet = message.Root[1];
        if ((NodeMessage.FindText(packet, "nsp") ?? "/") == Path.Value
            && NodeFormat.ReadEvent(message, Path, packet, message.Root.GetArrayLength() > 2 ? message.Root[2] : null) is { } publication)
        {
            await Environment.Receiver.OnPublicationAsync(publication).ConfigureAwait(false);
        }
    }

    // Most of what comes is one's own where most is emitted: it is not worth reading further.
    private bool IsOwn(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        return reader.Read() && reader.Kind == MessagePackKind.Array && reader.Count > 0 && reader.ReadText() && System.Text.Ascii.Equals(reader.Bytes.Span, Uid);
    }

    private ValueTask OnResponseAsync(string channel, ReadOnlyMemory<byte> bytes)
    {
        if (NodeMessage.TryRead(bytes) is { } message && NodeMessage.FindText(message.Root, "requestId") is { } id)
        {
            Requests.Find(id)?.OnResponse(message, message.Root);
        }
        else
        {
            SocketIORedisLog.Unreadable(Environment.Logger, channel);
        }

        return default;
    }
}
