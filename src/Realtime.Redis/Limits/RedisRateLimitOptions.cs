namespace Realtime.Redis.Limits;

/// <summary>How allowances that hold on all servers are kept in Redis: see <see cref="Realtime.Core.Limits.RateLimitPolicy.AcrossServers"/>.</summary>
public sealed class RedisRateLimitOptions
{
    /// <summary>Gets or sets what the names of all keys begin with.</summary>
    /// <value>Default <c>rt</c>. Servers that share it share the allowances of their users.</value>
    public string Prefix { get; set; } = "rt";

    /// <summary>Gets or sets how long an event waits for Redis. Then the allowance of its server decides, for all events until <see cref="RetryInterval"/> has passed.</summary>
    /// <value>Default 500 ms: longer than a Redis that works ever takes, short enough for who waits. Above zero.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets or sets after what time Redis is asked again when it did not answer.</summary>
    /// <value>Default 1 s: while Redis is away, one event of many waits for it. Above zero.</value>
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromSeconds(1);
}
