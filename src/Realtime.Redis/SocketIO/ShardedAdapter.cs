using System.Security.Cryptography;
using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>One namespace as <c>createShardedAdapter</c> of Node has it: everything by SPUBLISH, to a channel of the namespace, of a room, or of the node that asked.</summary>
/// <remarks>Thread-safe. What is published is applied here when Redis has taken it, in the order in which it was published: that order is guarded by <c>_gate</c>.</remarks>
internal sealed class ShardedAdapter : NamespaceAdapter
{
    private const int IdBytes = 8;
    private const int SocketIdLength = 20;

    private readonly Lock _gate = new();
    private readonly string _channel;
    private readonly ShardedFormat _format;
    private readonly ShardedMessages _incoming;
    private readonly RoomSubscriptions _rooms;
    private ChannelSubscription[] _subscriptions = [];
    private Task _turn = Task.CompletedTask;

    internal ShardedAdapter(AdapterEnvironment environment, NamespacePath path)
        : base(environment, path, CreateId(), CreateId)
    {
        _channel = $"{environment.Options.Key}#{path.Value}#";
        _format = new ShardedFormat(Uid, path);
        _incoming = new ShardedMessages(environment, path, Uid, _format, Requests, (requester, message) => Answer(RedisChannel.Sharded($"{_channel}{requester}#"), message), HandleServerEventAsync);
        _rooms = new RoomSubscriptions(environment, path, room => ChannelSubscription.StartAsync(environment, RedisChannel.Sharded($"{_channel}{room}#"), _incoming.OnMessageAsync));
    }

    internal override async Task StopAsync()
    {
        await _rooms.StopAsync().ConfigureAwait(false);
        foreach (ChannelSubscription subscription in _subscriptions)
        {
            await subscription.StopAsync().ConfigureAwait(false);
        }
    }

    internal override ValueTask PublishAsync(Publication publication) => publication.Kind switch
    {
        PublicationKind.Event => PublishAndApplyAsync(publication, ChannelOf(publication.Audience), _format.Broadcast(publication)),
        PublicationKind.Join => PublishAndApplyAsync(publication, _channel, _format.Control(ShardedType.SocketsJoin, publication)),
        PublicationKind.Leave => PublishAndApplyAsync(publication, _channel, _format.Control(ShardedType.SocketsLeave, publication)),
        PublicationKind.Disconnect => PublishAndApplyAsync(publication, _channel, _format.Control(ShardedType.DisconnectSockets, publication)),
        PublicationKind.ServerEvent => ServerSideEmitAsync(publication.Payload),
        _ => Environment.Receiver.OnPublicationAsync(publication),
    };

    internal override Task<int> CountNodesAsync() => NodeCount.OfAsync(Environment.Connection, _channel, isSharded: true);

    // The protocol has no such request. Every room has a member.
    internal override async ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(CancellationToken cancellationToken) =>
        [.. (await FetchSocketsAsync(Audience.Everyone, timeout: null, cancellationToken).ConfigureAwait(false)).SelectMany(static socket => socket.Rooms)];

    internal override ValueTask EnterAsync(string room) => HasChannel(room) ? _rooms.EnterAsync(room) : default;

    internal override ValueTask LeaveAsync(string room) => HasChannel(room) ? _rooms.LeaveAsync(room) : default;

    internal override void OnRestored()
    {
        base.OnRestored();
        _rooms.Retry();
    }

    private protected override async Task SubscribeAsync()
    {
        try
        {
            _subscriptions =
            [
                await ChannelSubscription.StartAsync(Environment, RedisChannel.Sharded($"{_channel}{Uid}#"), _incoming.OnMessageAsync).ConfigureAwait(false),

                // Last: it is by this one that other nodes count this node, and wait for its answers.
                await ChannelSubscription.StartAsync(Environment, RedisChannel.Sharded(_channel), _incoming.OnMessageAsync).ConfigureAwait(false),
            ];
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            SocketIORedisLog.SubscribeFailed(Environment.Logger, exception, Path.Value);
            throw;
        }
    }

    private protected override TimeSpan FetchTimeout(TimeSpan? timeout) => timeout ?? Environment.Options.RequestsTimeout;

    private protected override ClusterTimeoutException FetchTimedOut(GatheringRequest<IReadOnlyList<SocketDescription>> request) =>
        new($"timeout reached: only {request.Answers.Length} responses received out of {request.Expected}");

    private protected override Task SendFetchAsync(string requestId, Audience audience, TimeSpan? timeout) => SendToAllAsync(_format.Fetch(requestId, audience, timeout));

    private protected override Task SendAskAsync(string requestId, Publication publication, TimeSpan timeout) => SendToAllAsync(_format.Ask(publication, requestId, timeout));

    private protected override Task SendServerSideEmitAsync(string requestId, EventPayload payload) => SendToAllAsync(_format.ServerSideEmit(requestId, payload));

    private protected override int? ReadClientCount(JsonElement body) => NodeMessage.FindInteger(body, "clientCount");

    private protected override EventArguments? ReadClientAnswer(NodeMessage message, JsonElement body) => message.ReadAnswer(NodeMessage.Find(body, "packet"));

    private protected override EventArguments? ReadServerAnswer(NodeMessage message, JsonElement body) => message.ReadAnswer(NodeMessage.Find(body, "packet"));

    private static string CreateId() => RandomNumberGenerator.GetHexString(2 * IdBytes, lowercase: true);

    private bool HasChannel(string room) => room.Length > 0 && Environment.Options.SubscriptionMode switch
    {
        SocketIORedisSubscriptionMode.Dynamic => room.Length != SocketIdLength, // as the sender tells them apart
        SocketIORedisSubscriptionMode.DynamicPrivate => true,
        _ => false,
    };

    private string ChannelOf(Audience audience)
    {
        string[] rooms = NodeFormat.RoomsOf(audience);
        return rooms.Length == 1 && HasChannel(rooms[0]) ? $"{_channel}{rooms[0]}#" : _channel;
    }

    private Task<long> SendToAllAsync(ReadOnlyMemory<byte> message) => SendAsync(RedisChannel.Sharded(_channel), message);

    private async ValueTask ServerSideEmitAsync(EventPayload payload)
    {
        ThrowIfDangerous(payload);
        await SendSurelyAsync(RedisChannel.Sharded(_channel), _format.ServerSideEmit(requestId: null, payload)).ConfigureAwait(false);
    }

    // As Node: here when Redis has taken it, so that all see one order; and here also when Redis is away.
    private ValueTask PublishAndApplyAsync(Publication publication, string channel, ReadOnlyMemory<byte> message)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task previous;
        Task published;
        lock (_gate)
        {
            previous = _turn;
            _turn = turn.Task;
            published = LogFailureAsync(SendAsync(RedisChannel.Sharded(channel), message));
        }

        return ApplyAsync(publication, published, previous, turn);
    }

    // The next one waits until this one has begun only: what the application does in it may publish, too.
    private async ValueTask ApplyAsync(Publication publication, Task published, Task previous, TaskCompletionSource turn)
    {
        Task applied;
        try
        {
            await published.ConfigureAwait(false);
            await previous.ConfigureAwait(false);
            applied = Environment.Receiver.OnPublicationAsync(publication).AsTask();
        }
        finally
        {
            turn.TrySetResult();
        }

        await applied.ConfigureAwait(false);
    }
}
