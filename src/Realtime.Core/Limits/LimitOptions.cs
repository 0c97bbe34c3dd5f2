namespace Realtime.Core.Limits;

/// <summary>How much one client, user or address may take of a server. Sizes of messages and queues are options of connections and packets.</summary>
public sealed class LimitOptions
{
    /// <summary>Gets or sets how many connections a user may have, however many namespaces each has joined: on all nodes where there is a directory (Redis), on this one otherwise. A user is who has a user id.</summary>
    /// <value>Default 5: a phone, a tablet, a computer with two tabs and one connection that is about to be noticed as dead. <see langword="null"/> is no limit.</value>
    public int? MaxConnectionsPerUser { get; set; } = 5;

    /// <summary>Gets or sets what happens when a user opens one connection more.</summary>
    /// <value>Default: the new one is refused. The one before cannot be pushed out by whoever has got hold of a token.</value>
    public UserLimitPolicy UserLimitPolicy { get; set; }

    /// <summary>Gets or sets how often clients of one address may open a connection. Beyond it a handshake is answered with 429, before anything is made for it.</summary>
    /// <value>Default <see langword="null"/>: no limit, because a company or a mobile network may stand behind one address. The scope of the policy does not count.</value>
    public RateLimitPolicy? Handshakes { get; set; }

    /// <summary>Gets or sets how often a client may ask to join a namespace. Beyond it the join is refused with the code <c>rate_limited</c>.</summary>
    /// <value>Default <see langword="null"/>: no limit. Of the scopes, users cannot be told apart yet: they count as connections.</value>
    public RateLimitPolicy? Joins { get; set; }

    /// <summary>Gets or sets after how many refusals within <see cref="RefusalWindow"/> a connection is closed for abuse, with the reason "rate limited".</summary>
    /// <value>Default 500: a client that waits as it is told is never near. <see langword="null"/> closes none.</value>
    public int? MaxRefusals { get; set; } = 500;

    /// <summary>Gets or sets the time in which <see cref="MaxRefusals"/> are counted.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan RefusalWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets for how many users or addresses that are not connected a rate limit remembers what they have used.</summary>
    /// <value>Default 10,000 for each limit, about 3 MB; beyond it the oldest is forgotten. Each is forgotten anyway as soon as it may do everything again.</value>
    public int MaxIdlePartitions { get; set; } = 10_000;
}
