using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.SocketIO;

/// <summary>A backplane that speaks the protocols of <c>@socket.io/redis-adapter</c>: nodes of Node and of this library form one cluster. Nothing is numbered, nothing is kept.</summary>
/// <remarks>Thread-safe. The adapters of namespaces are guarded by <c>_gate</c>.</remarks>
internal sealed class SocketIOBackplane(
    IServiceProvider services, SocketIORedisConnection connection, SocketIORedisAdapterOptions options, TimeProvider timeProvider, ILogger logger)
    : IClusterBackplane, INamespaceWatcher
{
    private readonly Lock _gate = new();
    private readonly Dictionary<NamespacePath, NamespaceAdapter> _adapters = [];
    private IClusterNode? _node;
    private AdapterEnvironment? _environment;
    private Revocations? _revocations;

    public bool RoutesByRoom => options is { Mode: SocketIORedisMode.Sharded, SubscriptionMode: not SocketIORedisSubscriptionMode.Static };

    private IClusterNode Node => _node ?? throw new InvalidOperationException("The backplane has no node.");

    private AdapterEnvironment Environment => _environment ?? throw new InvalidOperationException("The backplane has not been started.");

    public void Attach(IClusterNode node) => _node = node;

    public async ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken)
    {
        IConnectionMultiplexer opened = await connection.OpenAsync(services, timeProvider, cancellationToken).ConfigureAwait(false);
        opened.ConnectionFailed += (_, failure) => SocketIORedisLog.Lost(logger, failure.Exception);
        opened.ConnectionRestored += (_, _) => OnRestored();
        _environment = new AdapterEnvironment(options, opened, Node, receiver, timeProvider, logger);
        _revocations = new Revocations(_environment);
        await _revocations.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (NamespacePath path in Node.Namespaces)
        {
            await FindOrCreate(path).Started.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void OnNamespaceChanged(NamespacePath path)
    {
        if (_environment is null)
        {
            return; // the start takes what is there by then
        }

        NamespaceAdapter? ended = null;
        lock (_gate)
        {
            if (Node.HasNamespace(path))
            {
                FindOrCreate(path);
            }
            else
            {
                _adapters.Remove(path, out ended);
            }
        }

        if (ended is not null)
        {
            _ = StopAsync(ended);
        }
    }

    public async ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken) =>
        await FindOrCreate(path).CountNodesAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> IsAvailableAsync(CancellationToken cancellationToken) => RedisHealth.AnswersAsync(_environment?.Connection, timeProvider, cancellationToken);

    public async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        AdapterEnvironment environment = Environment;
        if (publication.Audience.LocalOnly)
        {
            await environment.Receiver.OnPublicationAsync(publication).ConfigureAwait(false);
        }
        else if (publication.Kind == PublicationKind.Revoke)
        {
            await _revocations!.PublishAsync(publication).ConfigureAwait(false);
        }
        else
        {
            await FindOrCreate(publication.Namespace).PublishAsync(publication).ConfigureAwait(false);
        }

        return PublishResult.Unnumbered;
    }

    public ValueTask EnterAsync(NamespacePath path, string room, CancellationToken cancellationToken) => FindOrCreate(path).EnterAsync(room);

    public ValueTask LeaveAsync(NamespacePath path, string room, CancellationToken cancellationToken) => FindOrCreate(path).LeaveAsync(room);

    public ValueTask<IReadOnlyList<SocketDescription>> FetchSocketsAsync(NamespacePath path, Audience audience, TimeSpan? timeout, CancellationToken cancellationToken) =>
        FindOrCreate(path).FetchSocketsAsync(audience, timeout, cancellationToken);

    public ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(NamespacePath path, CancellationToken cancellationToken) => FindOrCreate(path).FetchRoomsAsync(cancellationToken);

    public ValueTask<bool> AskAsync(Publication publication, TimeSpan timeout, IBroadcastAnswers answers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        return FindOrCreate(publication.Namespace).AskAsync(publication, timeout, answers, cancellationToken);
    }

    public ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(NamespacePath path, EventPayload payload, CancellationToken cancellationToken) =>
        FindOrCreate(path).AskServersAsync(payload, cancellationToken);

    public ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => new((LogHead?)null);

    public ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => default;

    public ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken) => new((LogPage?)null);

    public async ValueTask DisposeAsync()
    {
        NamespaceAdapter[] adapters;
        lock (_gate)
        {
            adapters = [.. _adapters.Values];
            _adapters.Clear();
        }

        foreach (NamespaceAdapter adapter in adapters)
        {
            await StopAsync(adapter).ConfigureAwait(false);
        }

        await connection.CloseAsync().ConfigureAwait(false);
    }

    private NamespaceAdapter FindOrCreate(NamespacePath path)
    {
        lock (_gate)
        {
            if (!_adapters.TryGetValue(path, out NamespaceAdapter? adapter))
            {
                _adapters[path] = adapter = options.Mode == SocketIORedisMode.Sharded ? new ShardedAdapter(Environment, path) : new ClassicAdapter(Environment, path);
                adapter.Start();
            }

            return adapter;
        }
    }

    private void OnRestored()
    {
        SocketIORedisLog.Restored(logger);
        lock (_gate)
        {
            foreach (NamespaceAdapter adapter in _adapters.Values)
            {
                adapter.OnRestored();
            }
        }
    }

    private async Task StopAsync(NamespaceAdapter adapter)
    {
        try
        {
            await adapter.StopAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            SocketIORedisLog.SubscribeFailed(logger, exception, "");
        }
    }
}
