namespace Realtime.Redis.Sessions;

/// <summary>How sessions are kept in Redis, beyond what <see cref="Realtime.Core.Sessions.SessionOptions"/> says of every store.</summary>
public sealed class RedisSessionOptions
{
    /// <summary>Gets or sets what the names of all keys and channels begin with.</summary>
    /// <value>Default <c>rt</c>. Servers that share it share their sessions.</value>
    public string Prefix { get; set; } = "rt";

    /// <summary>
    /// Gets or sets for how long a node counts as alive after it has said so. A session is taken from a node that does not answer when this is over, and a node that could not renew its
    /// lease for four fifths of it starts no handlers of recoverable clients.
    /// </summary>
    /// <value>Default 10 s: longer than the pauses of a living process, and a client whose node died waits no longer than that. At least 1 s, and the same on all nodes.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how often a node renews its lease.</summary>
    /// <value>Default 3 s: two renewals may fail. At most a third of <see cref="Lease"/>.</value>
    public TimeSpan LeaseRenewal { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets how many steps may wait for Redis, in each namespace. Beyond it a member fails at once with a <see cref="RedisUnavailableException"/>.</summary>
    /// <value>Default 10,000: some tenths of a second of a Redis that is fully used. At least 1.</value>
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>Gets or sets how often a call that failed is repeated, after 50 ms and then twice as long each time. What is repeated has no effect twice.</summary>
    /// <value>Default 3. From 0 to 10.</value>
    public int Retries { get; set; } = 3;
}
