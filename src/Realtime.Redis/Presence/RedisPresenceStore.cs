using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Presence;
using Realtime.Redis.Scripts;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Presence;

/// <summary>Keeps in Redis which users are in which rooms on which nodes.</summary>
/// <remarks>
/// <para>Thread-safe. One for each server.</para>
/// <para>
/// A user is written once when it comes into a room on a node and once when it has left it, and counts as long as the lease of the node. When that is over, any other node that has to do with the namespace sweeps
/// what it had, within a <see cref="RedisSessionOptions.LeaseRenewal"/>. As often each node compares: after Redis was away or emptied, and after it was paused itself, it writes everything that it has anew.
/// </para>
/// </remarks>
internal sealed class RedisPresenceStore : IPresenceStore, IAsyncDisposable
{
    private readonly ConcurrentDictionary<NamespacePath, PresenceLink> _links = new();
    private readonly IConnectionMultiplexer _connection;
    private readonly RedisOptions _options;
    private readonly NodeLease _lease;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly RedisCalls _calls;
    private readonly bool _isSharded;
    private readonly ITimer _timer;
    private IPresenceSource? _source;
    private volatile bool _isDisposed;
    private int _isAway;

    internal RedisPresenceStore(IConnectionMultiplexer connection, NodeLease lease, RedisOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        _connection = connection;
        _options = options;
        _lease = lease;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Realtime.Redis.Presence");
        _calls = new RedisCalls(connection, retries: 1, timeProvider);
        _isSharded = connection.GetServers().Any(static server => server.ServerType == ServerType.Cluster);
        _timer = timeProvider.CreateTimer(static state => _ = ((RedisPresenceStore)state!).WorkAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start(IPresenceSource source)
    {
        _source = source;
        _connection.ConnectionRestored += OnRestored;
        _timer.Change(_options.Sessions.LeaseRenewal, Timeout.InfiniteTimeSpan);
    }

    public void NoteChanged(NamespacePath path, string room, string userId)
    {
        while (!Find(path).TryNote(new PresentUser(room, userId)))
        {
            // It is being closed, and about to be replaced.
        }
    }

    public async ValueTask<RoomPresence> ReadAsync(NamespacePath path, string room, int maxListed, CancellationToken cancellationToken)
    {
        try
        {
            return await Find(path).ReadAsync(room, maxListed).WaitAsync(_options.Presence.Timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisUnavailableException or TimeoutException)
        {
            throw new BackplaneUnavailableException("Redis could not be asked who is in a room.", exception);
        }
    }

    public IDisposable Watch(NamespacePath path, string room, Action onChanged)
    {
        IDisposable? watching;
        while ((watching = Find(path).TryWatch(room, onChanged)) is null)
        {
            // As above.
        }

        return watching;
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _connection.ConnectionRestored -= OnRestored;
        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (PresenceLink link in _links.Values)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Works once, as it does after each <see cref="RedisSessionOptions.LeaseRenewal"/>. Handles its own errors.</summary>
    internal async Task WorkAsync()
    {
        bool works = true;
        foreach ((NamespacePath path, PresenceLink link) in _links)
        {
            if (link.TryClose())
            {
                _links.TryRemove(new(path, link));
                await link.DisposeAsync().ConfigureAwait(false);
                continue;
            }

            works = works && await link.WorkAsync().ConfigureAwait(false); // when one cannot be written, the others cannot either
        }

        if (works && Interlocked.Exchange(ref _isAway, 0) != 0)
        {
            RedisPresenceLog.Back(_logger);
        }

        if (!_isDisposed)
        {
            _timer.Change(_options.Sessions.LeaseRenewal, Timeout.InfiniteTimeSpan);
        }
    }

    private PresenceLink Find(NamespacePath path) => _links.GetOrAdd(path, Create);

    private PresenceLink Create(NamespacePath path) => new(
        path,
        new PresenceScripts(_calls, path, _isSharded, _options.Presence),
        _connection.GetSubscriber(),
        _lease,
        _source ?? throw new InvalidOperationException("The store of presence has not been started."),
        _options.Presence,
        _timeProvider,
        OnFailed);

    private void OnFailed(Exception exception)
    {
        if (!RedisFailures.IsExpected(exception) && exception is not RedisUnavailableException)
        {
            RedisPresenceLog.Failed(_logger, exception);
        }
        else if (!_isDisposed && Interlocked.Exchange(ref _isAway, 1) == 0)
        {
            RedisPresenceLog.Away(_logger, exception);
        }
    }

    // Notices that were sent meanwhile are lost.
    private void OnRestored(object? sender, ConnectionFailedEventArgs restored)
    {
        foreach (PresenceLink link in _links.Values)
        {
            link.Watchers.TellAll();
        }

        _ = WorkAsync();
    }
}
