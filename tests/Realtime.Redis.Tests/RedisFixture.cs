using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests;

/// <summary>One Redis for the tests of a class; each test uses a key prefix of its own.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    /// <summary>Lets calls of a connection wait as long as a test does, for a Redis that a test stops and starts.</summary>
    /// <remarks>How long it takes to connect is the default, and has to be said: without that it would be as long as a call may take, and the pause before it connects again is half of that.</remarks>
    internal const string PatientCalls = ",connectTimeout=5000" + Calls;

    /// <summary>As <see cref="PatientCalls"/>, for a Redis that is always there.</summary>
    internal const string Patience = ",connectTimeout=15000" + Calls;

    private const string Calls = ",syncTimeout=30000,asyncTimeout=30000"; // in milliseconds

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
