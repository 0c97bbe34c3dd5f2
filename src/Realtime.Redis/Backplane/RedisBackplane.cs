using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;
using Realtime.Redis.Requests;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Backplane;

/// <summary>The backplane over Redis: rooms whose members recover keep their logs there, so that they outlive every node.</summary>
/// <remarks>
/// <para>Thread-safe. A publication goes to Redis in one step, which numbers it, stores it and sends it to the nodes that have members in its rooms; this node places it when it comes back.</para>
/// <para>What an awaited publication means: the primary of Redis has stored it. A failover may lose what its replica had not got; whoever was to get it is told of a gap.</para>
/// <para>While Redis is away, what is numbered waits and then fails with <see cref="BackplaneUnavailableException"/>; what is volatile goes to the clients of this node.</para>
/// </remarks>
public sealed class RedisBackplane : IClusterBackplane
{
    private readonly ConcurrentDictionary<NamespacePath, Lazy<Task<NamespaceLink>>> _links = new();
    private readonly Func<Task<IConnectionMultiplexer>> _connect;
    private readonly RedisBackplaneOptions _options;
    private readonly RetentionLimits _limits;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly string _node = RandomId.Create();
    private IConnectionMultiplexer? _connection;
    private IBackplaneReceiver? _receiver;
    private IClusterNode? _answers;
    private bool _isSharded;

    /// <summary>Initializes a new instance of the <see cref="RedisBackplane"/> class.</summary>
    /// <param name="connect">Connects to Redis, or gives the connection that there is, which is not closed here.</param>
    /// <param name="options">How nodes talk.</param>
    /// <param name="limits">How much the logs keep.</param>
    /// <param name="timeProvider">The time.</param>
    /// <param name="loggerFactory">Where to log.</param>
    public RedisBackplane(
        Func<Task<IConnectionMultiplexer>> connect, RedisBackplaneOptions options, RetentionLimits limits, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        (_connect, _options, _limits, _timeProvider, _logger) = (connect, options, limits, timeProvider, loggerFactory.CreateLogger("Realtime.Redis"));
    }

    /// <inheritdoc />
    public bool RoutesByRoom => true;

    /// <inheritdoc />
    public bool AppendsOnce => true;

    /// <summary>Gets the id of this node: another one for each process that is started.</summary>
    public string Node => _node;

    /// <inheritdoc />
    public void Attach(IClusterNode node) => _answers = node;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<SocketDescription>> FetchSocketsAsync(NamespacePath path, Audience audience, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(audience);
        return await (await FindRequestsAsync(path).ConfigureAwait(false)).FetchSocketsAsync(audience, timeout ?? _options.RequestTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(NamespacePath path, CancellationToken cancellationToken) =>
        await (await FindRequestsAsync(path).ConfigureAwait(false)).FetchRoomsAsync(_options.RequestTimeout, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<bool> AskAsync(Publication publication, TimeSpan timeout, IBroadcastAnswers answers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        return await (await FindRequestsAsync(publication.Namespace).ConfigureAwait(false)).AskAsync(publication, timeout, answers, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(NamespacePath path, EventPayload payload, CancellationToken cancellationToken) =>
        await (await FindRequestsAsync(path).ConfigureAwait(false)).AskServersAsync(payload, _options.RequestTimeout, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _connection = await _connect().WaitAsync(cancellationToken).ConfigureAwait(false);
        _isSharded = _connection.GetServers().Any(static server => server.ServerType == ServerType.Cluster);
        _connection.ConnectionRestored += OnRestored;
        await EnterAsync(NamespacePath.Root, "", cancellationToken).ConfigureAwait(false); // revocations come there
    }

    /// <inheritdoc />
    public async ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken)
    {
        NamespaceLink link = await FindAsync(path).ConfigureAwait(false);
        return await link.CountNodesAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask<bool> IsAvailableAsync(CancellationToken cancellationToken) => RedisHealth.AnswersAsync(_connection, _timeProvider, cancellationToken);

    /// <inheritdoc />
    public async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        IBackplaneReceiver receiver = _receiver ?? throw new InvalidOperationException("The backplane has not been started.");
        if (publication.Audience.LocalOnly || (publication.IsVolatile && publication.Kind == PublicationKind.Event && _connection is not { IsConnected: true }))
        {
            if (publication.Kind != PublicationKind.ServerEvent)
            {
                await receiver.OnPublicationAsync(publication).ConfigureAwait(false);
            }

            return PublishResult.Unnumbered;
        }

        NamespaceLink link = await FindAsync(publication.Namespace).ConfigureAwait(false);
        return await link.PublishAsync(publication, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask EnterAsync(NamespacePath path, string room, CancellationToken cancellationToken)
    {
        NamespaceLink link = await FindAsync(path).ConfigureAwait(false);
        await link.EnterAsync(room).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask LeaveAsync(NamespacePath path, string room, CancellationToken cancellationToken) => (await FindAsync(path).ConfigureAwait(false)).Leave(room);

    /// <inheritdoc />
    public async ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken)
    {
        NamespaceLink link = await FindAsync(path).ConfigureAwait(false);
        return await link.OpenAsync(room).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => (await FindAsync(path).ConfigureAwait(false)).Close(room);

    /// <inheritdoc />
    public async ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken)
    {
        NamespaceLink link = await FindAsync(path).ConfigureAwait(false);
        try
        {
            return await link.ReadAsync(room, after, maxEntries).ConfigureAwait(false);
        }
        catch (Exception exception) when (RedisFailures.IsPassing(exception))
        {
            throw new BackplaneUnavailableException("Redis could not be asked for a log.", exception);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            _connection.ConnectionRestored -= OnRestored;
        }

        foreach (Lazy<Task<NamespaceLink>> link in _links.Values)
        {
            if (link.Value.IsCompletedSuccessfully)
            {
                await (await link.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
            }
        }

        _links.Clear();
    }

    private async Task<NodeRequests> FindRequestsAsync(NamespacePath path) =>
        (await FindAsync(path).ConfigureAwait(false)).Requests ?? throw new InvalidOperationException("Nobody on this node answers requests: Attach was not called.");

    private async Task<NamespaceLink> FindAsync(NamespacePath path)
    {
        Lazy<Task<NamespaceLink>> link = _links.GetOrAdd(path, key => new Lazy<Task<NamespaceLink>>(() => CreateAsync(key)));
        try
        {
            return await link.Value.ConfigureAwait(false);
        }
        catch
        {
            _links.TryRemove(new(path, link));
            throw;
        }
    }

    private async Task<NamespaceLink> CreateAsync(NamespacePath path)
    {
        if (_connection is not { } connection || _receiver is not { } receiver)
        {
            throw new InvalidOperationException("The backplane has not been started.");
        }

        var link = new NamespaceLink(path, _node, connection, _isSharded, _options, _limits, receiver, _answers, _timeProvider, _logger);
        await link.StartAsync().ConfigureAwait(false);
        return link;
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs restored)
    {
        foreach (Lazy<Task<NamespaceLink>> link in _links.Values)
        {
            if (link.IsValueCreated && link.Value.IsCompletedSuccessfully)
            {
                link.Value.Result.OnRestored();
            }
        }
    }
}
