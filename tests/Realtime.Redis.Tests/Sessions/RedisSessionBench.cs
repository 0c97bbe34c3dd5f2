using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Sessions;

/// <summary>One or two nodes on a Redis. Time passes on their virtual clock, and for what is stored by making it older.</summary>
internal sealed class RedisSessionBench : SessionBench
{
    private readonly List<RedisSessionStore> _stores = [];
    private readonly ConnectionMultiplexer _connection;
    private readonly string _prefix;

    internal RedisSessionBench(RedisFixture redis, int nodes, Action<SessionOptions>? configure = null)
        : this(redis.Connection, redis.NextPrefix(), nodes, configure)
    {
    }

    internal RedisSessionBench(ConnectionMultiplexer connection, string prefix, int nodes, Action<SessionOptions>? configure = null)
    {
        (_connection, _prefix) = (connection, prefix);
        configure?.Invoke(Options);
        for (int i = 0; i < nodes; i++)
        {
            AddNode();
        }
    }

    /// <summary>Gets the lease of the nodes. Redis measures it by its own clock, which goes on while theirs stand still: it is the test that ends it, however slow the machine is.</summary>
    internal static TimeSpan Lease { get; } = TimeSpan.FromMinutes(10);

    public override ISessionStore Store => _stores[0];

    public override ISessionStore Elsewhere => _stores[^1];

    internal FakeTimeProvider Time { get; } = new();

    internal IDatabase Database => _connection.GetDatabase();

    internal string Prefix => _prefix;

    internal RedisSessionStore AddNode(TimeProvider? timeProvider = null, IConnectionMultiplexer? connection = null, Action<RedisSessionOptions>? configure = null)
    {
        var options = new RedisSessionOptions { Prefix = _prefix, Lease = Lease };
        configure?.Invoke(options);
        var store = new RedisSessionStore(connection ?? _connection, Options, options, timeProvider ?? Time, NullLogger<RedisSessionStore>.Instance);
        _stores.Add(store);
        return store;
    }

    public override async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        foreach (string kind in (string[])["s", "y", "u"])
        {
            await AgeAsync($"{_prefix}:{{*}}:{kind}:*", time);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (RedisSessionStore store in _stores)
        {
            await store.DisposeAsync();
        }
    }

    internal async Task AgeAsync(string pattern, TimeSpan time)
    {
        foreach (RedisKey key in await KeysAsync(pattern))
        {
            TimeSpan left = await Database.KeyTimeToLiveAsync(key) ?? TimeSpan.Zero;
            await Database.KeyExpireAsync(key, left > time ? left - time : TimeSpan.Zero);
        }
    }

    internal async Task<List<RedisKey>> KeysAsync(string pattern)
    {
        List<RedisKey> keys = [];
        foreach (IServer server in _connection.GetServers())
        {
            await foreach (RedisKey key in server.KeysAsync(pattern: pattern, pageSize: 1000))
            {
                keys.Add(key);
            }
        }

        return keys;
    }
}
