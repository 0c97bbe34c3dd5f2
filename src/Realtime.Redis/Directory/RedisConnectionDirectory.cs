using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Limits;
using Realtime.Core.Users;
using Realtime.Redis.Scripts;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Directory;

/// <summary>Keeps in Redis which connections users have on which nodes.</summary>
/// <remarks>
/// <para>Thread-safe. One for each server.</para>
/// <para>
/// What a node has listed counts as long as its lease: it is written once when a socket enters and once when it leaves, and nothing is renewed for each socket. Whoever finds a user full looks at the
/// leases of the nodes in its list, so a node that died holds no place longer than its lease, and nobody waits for it. A node that lost its lease and lives lists what it has again.
/// </para>
/// <para>
/// While Redis is away nobody waits for it a second time: the answer is unknown, and what changed is listed when it is back. Connections that were let in meanwhile stay, also beyond the limit.
/// </para>
/// </remarks>
internal sealed class RedisConnectionDirectory : IConnectionDirectory, IAsyncDisposable
{
    private readonly RedisDirectoryOptions _options;
    private readonly NodeLease _lease;
    private readonly DirectoryScripts _scripts;
    private readonly DirectoryUpkeep _upkeep;
    private readonly OwnSockets _own = new();
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    internal RedisConnectionDirectory(IConnectionMultiplexer connection, NodeLease lease, RedisOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        _options = options.Directory;
        _lease = lease;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Realtime.Redis.Directory");
        _scripts = new DirectoryScripts(new RedisCalls(connection, retries: 1, timeProvider), lease, _options);
        _upkeep = new DirectoryUpkeep(connection, _scripts, lease, _own, options, timeProvider, _logger);
    }

    /// <summary>Gets what keeps the lists right, for tests.</summary>
    internal DirectoryUpkeep Upkeep => _upkeep;

    public async ValueTask<ListingResult> EnterAsync(ListedSocket socket, int? maxConnections, UserLimitPolicy policy, CancellationToken cancellationToken)
    {
        DirectoryEntry entry = _own.Add(socket);
        bool isListed = false;
        try
        {
            if (_upkeep.IsAway)
            {
                return ListingResult.Unknown;
            }

            string? incarnation = await ListAsync(entry, maxConnections ?? 0, policy).WaitAsync(_options.Timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
            isListed = incarnation is null || incarnation == _lease.Certain; // otherwise it stands there for a node that is over
            if (incarnation is null)
            {
                _own.Remove(socket);
                return ListingResult.Refused;
            }

            return ListingResult.Admitted;
        }
        catch (Exception exception) when (exception is RedisUnavailableException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            _upkeep.NoteAway(exception);
            return ListingResult.Unknown;
        }
        finally
        {
            _own.Confirm(entry, isListed);
        }
    }

    public void Leave(ListedSocket socket)
    {
        if (_own.Remove(socket) is { } entry)
        {
            _ = LeaveAsync(entry);
        }
    }

    public async ValueTask<IReadOnlyList<UserConnection>> FindAsync(string userId, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> found;
        try
        {
            found = await _scripts.ReadAsync(userId).WaitAsync(_options.Timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisUnavailableException or TimeoutException)
        {
            throw new BackplaneUnavailableException("The directory of connections cannot be asked.", exception);
        }

        return [.. found
            .Select(DirectoryEntry.Read)
            .Where(static entry => entry.Counts)
            .GroupBy(static entry => entry.Connection)
            .Select(static group => new UserConnection(
                NodeLease.NodeOf(group.First().Incarnation), group.Min(static entry => entry.Since), [.. group.OrderBy(static entry => entry.Since).Select(static entry => entry.Socket)]))
            .OrderBy(static connection => connection.Since)];
    }

    public ValueTask DisposeAsync() => _upkeep.DisposeAsync();

    /// <returns>The incarnation under which it is listed; <see langword="null"/> when it is refused.</returns>
    private async Task<string?> ListAsync(DirectoryEntry entry, int maxConnections, UserLimitPolicy policy)
    {
        await _upkeep.StartAsync().ConfigureAwait(false);
        string incarnation = await _lease.HoldAsync().ConfigureAwait(false);
        string[]? closing = await _scripts.EnterAsync(entry, incarnation, maxConnections, policy).ConfigureAwait(false);
        if (closing is null)
        {
            return null;
        }

        foreach (string node in closing.Select(NodeLease.NodeOf).Distinct(StringComparer.Ordinal))
        {
            _ = TellAsync(node, entry.Socket.UserId);
        }

        return incarnation;
    }

    private async Task TellAsync(string node, string userId)
    {
        try
        {
            await _scripts.TellAsync(node, userId).ConfigureAwait(false);
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception))
        {
            // It stands in the list, which the node looks at again.
        }
    }

    private async Task LeaveAsync(DirectoryEntry entry)
    {
        try
        {
            if (!_upkeep.IsAway)
            {
                await _scripts.RemoveAsync(entry).ConfigureAwait(false);
                return;
            }
        }
        catch (RedisUnavailableException exception)
        {
            _upkeep.NoteAway(exception);
        }
#pragma warning disable CA1031 // Nobody waits for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RedisDirectoryLog.Failed(_logger, exception);
        }

        _own.Suspect(entry.Socket.UserId);
    }
}
