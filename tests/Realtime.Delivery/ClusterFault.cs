namespace Realtime.Delivery;

/// <summary>What befalls a cluster in a run: one thing, besides connections that are cut all the time.</summary>
internal enum ClusterFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A node is killed and starts again.</summary>
    Kill,

    /// <summary>A node stands still for half a minute and goes on.</summary>
    Pause,

    /// <summary>All nodes are restarted in order, one after the other.</summary>
    Rolling,

    /// <summary>Redis is killed and starts again with what it had written.</summary>
    RedisRestart,

    /// <summary>Redis is killed and starts again with nothing.</summary>
    RedisEmpty,

    /// <summary>The connections on which nodes hear of each other are killed, while all rooms are busy.</summary>
    PubSub,

    /// <summary>The same, right with the last message of rooms that are quiet from then on.</summary>
    Quiet,

    /// <summary>Redis stands still for some seconds.</summary>
    RedisPause,

    /// <summary>Sentinels make a replica the primary that had lost its connection to it some time before.</summary>
    Sentinel,

    /// <summary>The primary of a Redis Cluster that has everything is killed.</summary>
    RedisCluster,
}

/// <summary>What a fault may do.</summary>
internal static class ClusterFaults
{
    /// <summary>Gets all that are made.</summary>
    internal static ClusterFault[] All { get; } = [.. Enum.GetValues<ClusterFault>().Where(static fault => fault != ClusterFault.None)];

    /// <summary>Reads <c>redis-restart</c> and the like.</summary>
    internal static ClusterFault Parse(string text) => Enum.Parse<ClusterFault>(text.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);

    internal static string NameOf(ClusterFault fault) => string.Concat(fault.ToString().Select(static (letter, index) => index > 0 && char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    /// <summary>Gets whether Redis loses something that it had acknowledged: then, and only then, sessions may be lost and gaps reported.</summary>
    internal static bool MayLose(this ClusterFault fault) => fault is ClusterFault.RedisEmpty or ClusterFault.Sentinel or ClusterFault.RedisCluster;

    /// <summary>Gets whether it certainly loses something.</summary>
    internal static bool MustLose(this ClusterFault fault) => fault is ClusterFault.RedisEmpty or ClusterFault.Sentinel;
}
