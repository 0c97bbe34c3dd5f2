using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>One namespace on Redis: what both adapters of Node have in common.</summary>
/// <remarks>Thread-safe.</remarks>
internal abstract class NamespaceAdapter
{
    private protected NamespaceAdapter(AdapterEnvironment environment, NamespacePath path, string uid, Func<string> createRequestId)
    {
        Environment = environment;
        Path = path;
        Uid = uid;
        Requests = new PendingRequests(environment.Options.MaxPendingRequests, createRequestId);
    }

    /// <summary>Gets what completes when Redis knows the subscriptions.</summary>
    internal Task Started { get; private set; } = Task.CompletedTask;

    private protected AdapterEnvironment Environment { get; }

    private protected NamespacePath Path { get; }

    /// <summary>Gets the name of this node in the namespace.</summary>
    private protected string Uid { get; }

    private protected PendingRequests Requests { get; }

    /// <summary>Subscribes. To be called once, before anything else.</summary>
    internal void Start() => Started = SubscribeAsync();

    /// <summary>Redis is back: what could not be subscribed to is now. What had been, the client subscribes to again by itself.</summary>
    internal virtual void OnRestored()
    {
        if (Started.IsFaulted)
        {
            Start();
        }
    }

    internal abstract Task StopAsync();

    /// <summary>Applies a publication on all nodes.</summary>
    internal abstract ValueTask PublishAsync(Publication publication);

    /// <summary>Counts the nodes that have the namespace, this one included.</summary>
    internal abstract Task<int> CountNodesAsync();

    internal abstract ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(CancellationToken cancellationToken);

    internal virtual ValueTask EnterAsync(string room) => default;

    internal virtual ValueTask LeaveAsync(string room) => default;

    internal async ValueTask<IReadOnlyList<SocketDescription>> FetchSocketsAsync(Audience audience, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        int others = await CountOthersAsync().ConfigureAwait(false);
        var request = new GatheringRequest<IReadOnlyList<SocketDescription>>(others, static (_, body) => SocketFormat.Read(NodeMessage.Find(body, "sockets")));
        await GatherAsync(request, id => SendFetchAsync(id, audience, timeout), FetchTimeout(timeout), FetchTimedOut, cancellationToken).ConfigureAwait(false);
        return [.. request.Answers.SelectMany(static sockets => sockets).DistinctBy(static socket => socket.Id)];
    }

    internal async ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(EventPayload payload, CancellationToken cancellationToken)
    {
        ThrowIfDangerous(payload);
        int others = await CountOthersAsync().ConfigureAwait(false);
        var request = new GatheringRequest<EventArguments>(others, ReadServerAnswer);
        await GatherAsync(
            request,
            id => SendServerSideEmitAsync(id, payload),
            Environment.Options.RequestsTimeout,
            static asked => new ClusterTimeoutException(asked.Answers, asked.Expected),
            cancellationToken).ConfigureAwait(false);
        return request.Answers;
    }

    internal async ValueTask<bool> AskAsync(Publication publication, TimeSpan timeout, IBroadcastAnswers answers, CancellationToken cancellationToken)
    {
        var request = new AskedNodes(answers, ReadClientCount, ReadClientAnswer);
        string id = Requests.Add(request);
        _ = cancellationToken.UnsafeRegister(static state => (((NamespaceAdapter, string))state!).Item1.Requests.Remove((((NamespaceAdapter, string))state!).Item2), (this, id));
        try
        {
            await Started.ConfigureAwait(false);
            Task sent = SendAskAsync(id, publication, timeout);
            request.Expect(await CountOthersAsync().ConfigureAwait(false));
            await sent.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            SocketIORedisLog.PublishFailed(Environment.Logger, exception, Path.Value);
            return false;
        }

        await request.Complete.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private protected abstract Task SubscribeAsync();

    private protected abstract TimeSpan FetchTimeout(TimeSpan? timeout);

    private protected abstract ClusterTimeoutException FetchTimedOut(GatheringRequest<IReadOnlyList<SocketDescription>> request);

    private protected abstract Task SendFetchAsync(string requestId, Audience audience, TimeSpan? timeout);

    private protected abstract Task SendAskAsync(string requestId, Publication publication, TimeSpan timeout);

    private protected abstract Task SendServerSideEmitAsync(string requestId, EventPayload payload);

    private protected abstract int? ReadClientCount(JsonElement body);

    private protected abstract EventArguments? ReadClientAnswer(NodeMessage message, JsonElement body);

    private protected abstract EventArguments? ReadServerAnswer(NodeMessage message, JsonElement body);

    private protected async Task<long> SendAsync(RedisChannel channel, ReadOnlyMemory<byte> message) => await Environment.Subscriber.PublishAsync(channel, message).ConfigureAwait(false);

    /// <summary>Sends what has no effect unless Redis takes it.</summary>
    /// <exception cref="BackplaneUnavailableException">Redis did not take it.</exception>
    private protected async Task SendSurelyAsync(RedisChannel channel, ReadOnlyMemory<byte> message)
    {
        try
        {
            await SendAsync(channel, message).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new BackplaneUnavailableException("Nothing was done: Redis is not available.", exception);
        }
    }

    /// <summary>Sends what nobody here waits for.</summary>
    private protected void Answer(RedisChannel channel, ReadOnlyMemory<byte> message) => _ = LogFailureAsync(SendAsync(channel, message));

    private protected async Task LogFailureAsync(Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            SocketIORedisLog.PublishFailed(Environment.Logger, exception, Path.Value);
        }
    }

    /// <summary>Runs the server-side handler of an event, and sends what it returns if that is asked for.</summary>
    private protected async Task HandleServerEventAsync(EventPayload payload, Action<EventArguments>? answer)
    {
        if (answer is null)
        {
            await Environment.Receiver.OnPublicationAsync(
                new Publication { Kind = PublicationKind.ServerEvent, Namespace = Path, Audience = Audience.Everyone, Payload = payload }).ConfigureAwait(false);
        }
        else if (await Environment.Node.AnswerAsync(Path, payload).ConfigureAwait(false) is { } result)
        {
            answer(result);
        }
    }

    private protected async Task GatherAsync<T>(
        GatheringRequest<T> request, Func<string, Task> send, TimeSpan timeout, Func<GatheringRequest<T>, ClusterTimeoutException> timedOut, CancellationToken cancellationToken)
        where T : class
    {
        if (request.Expected == 0)
        {
            return;
        }

        string id = Requests.Add(request);
        try
        {
            await send(id).ConfigureAwait(false);
            await request.Complete.WaitAsync(timeout, Environment.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!request.Complete.IsCompleted)
        {
            throw timedOut(request);
        }
        finally
        {
            Requests.Remove(id);
        }
    }

    private protected async Task<int> CountOthersAsync()
    {
        await Started.ConfigureAwait(false);
        return Math.Max(0, await CountNodesAsync().ConfigureAwait(false) - 1);
    }

    /// <summary>On Node an event of this name without a listener ends the process.</summary>
    /// <exception cref="ArgumentException">The event has this name.</exception>
    internal static void ThrowIfDangerous(EventPayload payload)
    {
        var reader = new Utf8JsonReader(payload.Data.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (reader.Read() && reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("error"u8))
        {
            throw new ArgumentException("\"error\" cannot be emitted to servers: it would end every Node server that has no listener for it.");
        }
    }
}
