namespace Realtime.Redis.Directory;

/// <summary>How the directory of connections is kept in Redis. It lives by the lease of the node: see <see cref="Sessions.RedisSessionOptions.Lease"/>.</summary>
public sealed class RedisDirectoryOptions
{
    /// <summary>Gets or sets what the names of all keys and channels begin with.</summary>
    /// <value>Default <c>rt</c>. Servers that share it share their users.</value>
    public string Prefix { get; set; } = "rt";

    /// <summary>Gets or sets how long a client that joins waits for Redis. Then the limit of its node decides, for all clients until Redis answers again.</summary>
    /// <value>Default 2 s: longer than a Redis that works ever takes, shorter than clients wait. Above zero.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets after what time the list of a user is forgotten when no node renews it. Nodes do so three times as often.</summary>
    /// <value>Default 1 h: lists of nodes that died count no more after their lease, so this only frees memory. At least 1 min.</value>
    public TimeSpan Expiry { get; set; } = TimeSpan.FromHours(1);
}
