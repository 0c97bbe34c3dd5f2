using Microsoft.Extensions.Logging;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Directory;

/// <summary>Keeps what is listed of this node right: after Redis was away or lost what it had, after this node lost its lease, and when other nodes say that something has to be closed.</summary>
/// <remarks>Thread-safe; one round at a time is kept by <c>_working</c>.</remarks>
internal sealed class DirectoryUpkeep : IAsyncDisposable
{
    // About 2 ms of Redis.
    private const int MaxAtOnce = 128;

    private readonly SemaphoreSlim _working = new(1);
    private readonly IConnectionMultiplexer _connection;
    private readonly DirectoryScripts _scripts;
    private readonly NodeLease _lease;
    private readonly OwnSockets _own;
    private readonly RedisOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private string? _incarnation;
    private long _renewed;
    private volatile bool _isStarted;
    private volatile bool _isDisposed;
    private int _isAway;

    internal DirectoryUpkeep(
        IConnectionMultiplexer connection, DirectoryScripts scripts, NodeLease lease, OwnSockets own, RedisOptions options, TimeProvider timeProvider, ILogger logger)
    {
        _connection = connection;
        _scripts = scripts;
        _lease = lease;
        _own = own;
        _options = options;
        _timeProvider = timeProvider;
        _logger = logger;
        _timer = timeProvider.CreateTimer(static state => _ = ((DirectoryUpkeep)state!).WorkAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets a value indicating whether Redis could not be had the last time.</summary>
    internal bool IsAway => Volatile.Read(ref _isAway) != 0;

    /// <summary>Redis could not be had: nobody waits for it until a round has worked.</summary>
    internal void NoteAway(Exception exception)
    {
        if (!_isDisposed && Interlocked.Exchange(ref _isAway, 1) == 0)
        {
            RedisDirectoryLog.Away(_logger, exception);
        }
    }

    /// <summary>Begins to listen, before anything is listed that others may want closed.</summary>
    internal async ValueTask StartAsync()
    {
        if (_isStarted)
        {
            return;
        }

        _timer.Change(_options.Sessions.LeaseRenewal, Timeout.InfiniteTimeSpan); // also when what follows fails
        await _working.WaitAsync().ConfigureAwait(false);
        try
        {
            await SubscribeAsync().ConfigureAwait(false);
        }
        finally
        {
            _working.Release();
        }
    }

    /// <summary>Works once, as it does after each <see cref="RedisSessionOptions.LeaseRenewal"/>.</summary>
    internal async Task WorkAsync()
    {
        await _working.WaitAsync().ConfigureAwait(false);
        try
        {
            await SubscribeAsync().ConfigureAwait(false);
            string incarnation = await _lease.HoldAsync().ConfigureAwait(false);
            if (incarnation != _incarnation || _timeProvider.GetElapsedTime(_renewed) > _options.Directory.Expiry / 3)
            {
                _own.SuspectAll();
                (_incarnation, _renewed) = (incarnation, _timeProvider.GetTimestamp());
            }

            await SyncAsync(incarnation).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _isAway, 0) != 0)
            {
                RedisDirectoryLog.Back(_logger);
            }
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception) || exception is RedisUnavailableException)
        {
            NoteAway(exception);
        }
#pragma warning disable CA1031 // The next round works again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RedisDirectoryLog.Failed(_logger, exception);
        }
        finally
        {
            _working.Release();
            if (!_isDisposed)
            {
                _timer.Change(_options.Sessions.LeaseRenewal, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        _connection.ConnectionRestored -= OnRestored;
        try
        {
            await _connection.GetSubscriber().UnsubscribeAsync(_scripts.Channel(_lease.Name)).ConfigureAwait(false);
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception))
        {
            // Nobody tells this node anything any more.
        }
    }

    private async Task SubscribeAsync()
    {
        if (!_isStarted && !_isDisposed)
        {
            await _connection.GetSubscriber().SubscribeAsync(_scripts.Channel(_lease.Name), (_, user) => OnTold(user)).ConfigureAwait(false);
            _connection.ConnectionRestored += OnRestored;
            _incarnation = await _lease.HoldAsync().ConfigureAwait(false);
            _renewed = _timeProvider.GetTimestamp();
            _isStarted = true;
        }
    }

    private void OnTold(RedisValue user)
    {
        _own.Suspect(user.ToString());
        _ = WorkAsync();
    }

    // What this node was told meanwhile is lost.
    private void OnRestored(object? sender, ConnectionFailedEventArgs restored)
    {
        if (restored.ConnectionType == ConnectionType.Subscription)
        {
            _own.SuspectAll();
            _ = WorkAsync();
        }
    }

    private async Task SyncAsync(string incarnation)
    {
        foreach (string[] users in _own.Suspected().Chunk(MaxAtOnce))
        {
            await Task.WhenAll(users.Select(user => SyncAsync(user, incarnation))).ConfigureAwait(false);
        }
    }

    private async Task SyncAsync(string user, string incarnation)
    {
        (DirectoryEntry[] entries, bool[] areEntering, long version) = _own.Read(user);
        string[] closing = await _scripts.SyncAsync(user, incarnation, entries, areEntering).ConfigureAwait(false);
        foreach (DirectoryEntry entry in entries.Where(entry => closing.Contains(entry.Id)))
        {
            entry.Socket.Close();
        }

        _own.Trust(user, version);
    }
}
