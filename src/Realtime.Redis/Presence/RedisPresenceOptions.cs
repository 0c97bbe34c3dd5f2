namespace Realtime.Redis.Presence;

/// <summary>How the presence of users is kept in Redis. It lives by the lease of the node: see <see cref="Sessions.RedisSessionOptions.Lease"/>.</summary>
public sealed class RedisPresenceOptions
{
    /// <summary>Gets or sets what the names of all keys and channels begin with.</summary>
    /// <value>Default <c>rt</c>. Servers that share it share their rooms.</value>
    public string Prefix { get; set; } = "rt";

    /// <summary>Gets or sets how long a read waits for Redis before it fails.</summary>
    /// <value>Default 2 s: longer than a Redis that works ever takes. Above zero.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets after what time what is kept counts no more when no node looks at it; it takes memory three times as long. Three times in that time each node writes everything anew.</summary>
    /// <value>Default 1 h: what nodes had that died is gone after their lease as long as any other lives, so this only frees memory when none does. At least 1 min, and the same on all nodes.</value>
    public TimeSpan Expiry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how many changes of one namespace wait for Redis one by one. Beyond it they are forgotten, and everything that the node has is written anew.</summary>
    /// <value>Default 10,000: about 2 MB. Writing them takes some tenths of a second. At least 1.</value>
    public int MaxWaiting { get; set; } = 10_000;
}
