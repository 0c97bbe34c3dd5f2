using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Contracts;
using Realtime.Contracts.Presence;
using Realtime.Redis.Presence;
using Realtime.Redis.Scripts;
using Realtime.Redis.Sessions;
using Realtime.Redis.Tests.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Presence;

/// <summary>A node of a cluster with its presence. Nothing happens on it by time: the test says when it works, and one that is left alone has crashed.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    private readonly IDatabase _database;
    private readonly string _prefix;

    internal ClusterNode(IConnectionMultiplexer connection, string prefix, TimeProvider? timeProvider = null, Action<RedisOptions>? configure = null)
    {
        var options = new RedisOptions { KeyPrefix = prefix };
        options.Sessions.Lease = TimeSpan.FromMinutes(10); // it is the test that ends it, however slow the machine is
        configure?.Invoke(options);
        timeProvider ??= new StoppedTimers(TimeProvider.System);
        _database = connection.GetDatabase();
        _prefix = prefix;
        Lease = new NodeLease(new RedisCalls(connection, 0, timeProvider), new SessionKeys(prefix), options.Sessions, timeProvider, NullLogger.Instance);
        Store = new RedisPresenceStore(connection, Lease, options, timeProvider, NullLoggerFactory.Instance);
        Users = new PresenceNode(Store);
    }

    internal NodeLease Lease { get; }

    internal RedisPresenceStore Store { get; }

    /// <summary>Gets what the node has, and what it reads.</summary>
    internal PresenceNode Users { get; }

    internal Task WorkAsync() => Store.WorkAsync().Within();

    /// <summary>Redis forgets that the node lives, as it does by itself when the node is silent for as long as the lease.</summary>
    internal async Task ExpireAsync() => Assert.True(await _database.KeyDeleteAsync($"{_prefix}:lease:{Lease.Certain}"));

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Lease.DisposeAsync();
    }
}
