using Polly;
using Polly.Retry;
using Realtime.Core.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis;

/// <summary>Tells failures of Redis that pass from those that stay.</summary>
internal static class RedisFailures
{
    private static readonly string[] s_passing = ["LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY", "UNBLOCKED", "NOREPLICAS", "NOSCRIPT", "MOVED", "ASK"];

    /// <summary>Gets whether it may work when it is tried again: Redis is away, starts, or hands over to another one.</summary>
    internal static bool IsPassing(Exception exception) => exception is RedisConnectionException or RedisTimeoutException or TimeoutException
        || (exception is RedisServerException && Array.Exists(s_passing, word => exception.Message.Contains(word, StringComparison.Ordinal)));

    /// <summary>Gets whether it is one that is seen while Redis is away.</summary>
    internal static bool IsExpected(Exception exception) => exception is RedisException or TimeoutException or BackplaneUnavailableException or ObjectDisposedException;

    /// <summary>Makes what tries until it works or nobody waits any more: at once, then after up to a second.</summary>
    internal static ResiliencePipeline CreatePatience(TimeProvider timeProvider, Action<Exception?> onRepeat, int maxRepeats = int.MaxValue) => new ResiliencePipelineBuilder { TimeProvider = timeProvider }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = arguments => new ValueTask<bool>(arguments.Outcome.Exception is { } exception && IsPassing(exception)),
            MaxRetryAttempts = maxRepeats,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(20),
            MaxDelay = TimeSpan.FromSeconds(1),
            UseJitter = true,
            OnRetry = arguments =>
            {
                onRepeat(arguments.Outcome.Exception);
                return default;
            },
        })
        .Build();
}
