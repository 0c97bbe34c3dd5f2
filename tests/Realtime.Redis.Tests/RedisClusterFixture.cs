using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests;

/// <summary>One Redis Cluster of three primaries for all tests of <see cref="RedisClusterGroup"/>: with fewer, keys of different slots may lie on one server by chance.</summary>
public sealed class RedisClusterFixture : IAsyncLifetime
{
    private RedisCluster? _cluster;
    private ConnectionMultiplexer? _connection;
    private int _prefixes;

    public RedisCluster Cluster => _cluster ?? throw new InvalidOperationException("Not started.");

    public ConnectionMultiplexer Connection => _connection ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync()
    {
        _cluster = await RedisCluster.StartAsync(nodeTimeout: 30_000);
        _connection = await ConnectionMultiplexer.ConnectAsync(Configuration);
    }

    /// <inheritdoc cref="RedisFixture.Configuration" />
    public string Configuration => Cluster.Configuration + RedisFixture.Patience;

    public string NextPrefix() => $"t{Interlocked.Increment(ref _prefixes)}";

    public async Task DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}
