namespace Realtime.Redis;

/// <summary>How nodes talk to each other over Redis.</summary>
public sealed class RedisBackplaneOptions
{
    /// <summary>Gets or sets what all keys and channels begin with. Nodes with the same prefix on the same Redis are one cluster.</summary>
    /// <value>Default <c>rt</c>. Not empty, without braces: those mark the part of a key that decides on which server of a Redis Cluster it lies.</value>
    public string KeyPrefix { get; set; } = "rt";

    /// <summary>Gets or sets for how long what was published waits for Redis. Then it fails with <see cref="Core.Backplane.BackplaneUnavailableException"/>.</summary>
    /// <value>Default 10 s: a failover of Sentinel or Cluster with their usual settings takes less. Positive.</value>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how many publications of one namespace wait for Redis. Beyond it who publishes waits for room, within <see cref="PublishTimeout"/>.</summary>
    /// <value>Default 10,000: 10 MB of messages of a kilobyte. At least 1.</value>
    public int MaxWaitingPublications { get; set; } = 10_000;

    /// <summary>Gets or sets how many messages of other nodes wait for this one. Beyond it they are dropped, and what is numbered among them is read from the logs.</summary>
    /// <value>Default 10,000: half a second at 20,000 messages a second. At least 1.</value>
    public int MaxWaitingMessages { get; set; } = 10_000;

    /// <summary>Gets or sets how long a node waits for the answers of others to what it asks them.</summary>
    /// <value>Default 5 s, as with Socket.IO's adapters. A node that has died is not waited for; one that is paused is. Positive.</value>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long a node waits for what Redis has said that it sent, before it reads the logs instead.</summary>
    /// <value>Default 2 s. Positive.</value>
    public TimeSpan FillTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how often a node looks whether it has got everything: that finds the last message of a quiet room that was lost on its way, and Redis that was emptied.</summary>
    /// <value>Default 10 s. Positive.</value>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets keys by which nodes and emitters know what is theirs: the first signs publications and requests, all verify. What is not signed by one of them is not delivered, whoever could write it to
    /// this Redis. To exchange a key: add the new one behind the old on all nodes, then put it in front, then take the old one away. Where there were none, begin on all nodes at once.
    /// </summary>
    /// <value>Default none: whoever can publish to this Redis can emit. Each of at least 16 bytes, of random ones 32.</value>
    public IList<byte[]> SigningKeys { get; } = [];
}
