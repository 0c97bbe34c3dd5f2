using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>The connection of one server to Redis: its own, or one that the application gave it.</summary>
/// <remarks>Thread-safe once it is open.</remarks>
internal sealed class SocketIORedisConnection(string serverName, Func<IServiceProvider, Task<IConnectionMultiplexer>> open, bool isOwned)
{
    private const int MaxRepeats = 10; // about 5 s, as long as the connection itself may take

    private IConnectionMultiplexer? _connection;

    internal string ServerName => serverName;

    internal bool IsConnected => _connection?.IsConnected == true;

    internal static SocketIORedisConnection To(string serverName, string configuration) => new(
        serverName,
        async _ =>
        {
            ConfigurationOptions options = ConfigurationOptions.Parse(configuration);
            options.BacklogPolicy = BacklogPolicy.FailFast; // as the rest does without Redis, at once
            options.ClientName ??= "realtime-socketio";
            return await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        },
        isOwned: true);

    /// <summary>Connects. The client says that it has connected when it can send commands; what subscribes may be a connection of its own that comes a moment later, and is waited for.</summary>
    internal async Task<IConnectionMultiplexer> OpenAsync(IServiceProvider services, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        _connection = await open(services).ConfigureAwait(false);
        ISubscriber subscriber = _connection.GetSubscriber();
        await RedisFailures.CreatePatience(timeProvider, static _ => { }, MaxRepeats)
            .ExecuteAsync(async _ => await subscriber.PingAsync().ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return _connection;
    }

    internal async ValueTask CloseAsync()
    {
        if (isOwned && _connection is { } connection)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
