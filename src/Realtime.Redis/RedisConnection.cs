using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Realtime.Redis;

/// <summary>The connection to Redis that all parts of one server share. It is made when it is first asked for, and goes on by itself when Redis comes back.</summary>
/// <remarks>
/// Thread-safe. With <paramref name="failsFast"/> a call fails at once while Redis is away, for those who try it again themselves: what they have given up is not sent later. A connection of the
/// application has settings of its own.
/// </remarks>
internal sealed class RedisConnection(RedisOptions options, ILoggerFactory loggerFactory, bool failsFast = false) : IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();
    private Task<IConnectionMultiplexer>? _connecting;

    /// <summary>Gets a value indicating whether it has been asked for and leads to Redis now.</summary>
    internal bool IsConnected => _connecting is { IsCompletedSuccessfully: true } connecting && connecting.Result.IsConnected;

    internal Task<IConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            return _connecting is { IsFaulted: false, IsCanceled: false } ? _connecting : _connecting = OpenAsync();
        }
    }

    /// <summary>Waits for the connection, for what is made while the host starts.</summary>
    internal IConnectionMultiplexer Connect() => ConnectAsync().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (options.ConnectionFactory is null && _connecting is { IsCompletedSuccessfully: true } connecting)
        {
            await (await connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>For a container that is disposed of synchronously: it refuses to be when a service can only be disposed of asynchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task<IConnectionMultiplexer> OpenAsync()
    {
        if (options.ConnectionFactory is { } connect)
        {
            return await connect().ConfigureAwait(false);
        }

        ConfigurationOptions configuration = ConfigurationOptions.Parse(options.Configuration);
        configuration.LoggerFactory ??= loggerFactory;
        configuration.BacklogPolicy = failsFast ? BacklogPolicy.FailFast : configuration.BacklogPolicy;
        return await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
    }
}
