using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests;

/// <summary>One Redis for the tests of a class; each test uses a key prefix of its own.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    internal const string Patience = ",connectTimeout=15000,syncTimeout=30000,asyncTimeout=30000"; // in milliseconds

    private RedisServer? _server;
    private ConnectionMultiplexer? _connection;
    private int _prefixes;

    public RedisServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public ConnectionMultiplexer Connection => _connection ?? throw new InvalidOperationException("Not started.");

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync(Configuration);
    }

    /// <summary>Gets what a node connects to. Patient, because a machine that runs many tests at once is slow: what these tests find is not how soon a command gives up.</summary>
    public string Configuration => Server.Address + Patience;

    public string NextPrefix() => $"t{Interlocked.Increment(ref _prefixes)}";

    public async Task DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
