namespace Realtime.Redis.Idempotency;

/// <summary>How results are kept in Redis, beyond what <see cref="Realtime.Core.Idempotency.IdempotencyOptions"/> says of every store.</summary>
public sealed class RedisIdempotencyOptions
{
    /// <summary>Gets or sets what the names of all keys and channels begin with.</summary>
    /// <value>Default <c>rt</c>. Servers that share it share their results.</value>
    public string Prefix { get; set; } = "rt";

    /// <summary>Gets or sets how often a call that failed is repeated, after 50 ms and then twice as long each time. What is repeated has no effect twice.</summary>
    /// <value>Default 3. From 0 to 10.</value>
    public int Retries { get; set; } = 3;
}
