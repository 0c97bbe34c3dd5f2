using Polly;
using Polly.Retry;
using StackExchange.Redis;

namespace Realtime.Redis.Scripts;

/// <summary>Calls Redis, repeats what failed for a moment, and says in one way that it cannot be had. For calls that may be repeated only.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RedisCalls
{
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Creates the way to a Redis.</summary>
    /// <param name="connection">The connections to it.</param>
    /// <param name="retries">How often a call is repeated; 0 for never.</param>
    /// <param name="timeProvider">The clock for the pauses between.</param>
    internal RedisCalls(IConnectionMultiplexer connection, int retries, TimeProvider timeProvider)
    {
        Database = connection.GetDatabase();
        _pipeline = retries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = static outcome => new ValueTask<bool>(IsTransient(outcome.Outcome.Exception)),
                MaxRetryAttempts = retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(50),
                UseJitter = true,
            })
            .Build();
    }

    internal IDatabase Database { get; }

    /// <summary>Calls.</summary>
    /// <param name="call">The call, which is made again when it fails.</param>
    /// <exception cref="RedisUnavailableException">It failed, each time.</exception>
    internal async ValueTask<T> CallAsync<T>(Func<IDatabase, Task<T>> call)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (state, _) => await state.call(state.Database).ConfigureAwait(false), (call, Database), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsTransient(exception) || exception is ObjectDisposedException or RedisException)
        {
            throw Unavailable(exception); // not the exception itself: its text names keys
        }
    }

    private static bool IsTransient(Exception? exception) => exception switch
    {
        RedisTimeoutException or RedisConnectionException => true,
        RedisServerException server => server.Kind is RedisErrorKind.Loading or RedisErrorKind.ClusterDown or RedisErrorKind.MasterDown or RedisErrorKind.TryAgain
            or RedisErrorKind.NoReplicas or RedisErrorKind.Busy or RedisErrorKind.ReadOnly,
        _ => false,
    };

    private static RedisUnavailableException Unavailable(Exception exception) => new(exception switch
    {
        RedisTimeoutException => "Redis did not answer in time.",
        RedisConnectionException connection => $"Redis cannot be reached: {connection.FailureType}.",
        RedisServerException server => $"Redis refused: {server.Kind}.",
        _ => $"Redis cannot be used: {exception.GetType().Name}.",
    });
}
