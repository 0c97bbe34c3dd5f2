using System.Globalization;
using Realtime.RedisServers;

namespace Realtime.Delivery;

/// <summary>The Redis of a run, in the setting that its fault needs.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class ClusterRedis : IAsyncDisposable
{
    // What is numbered in the namespace of the run is counted there.
    private const string State = "rt:{/}:s";

    private RedisServer? _single;
    private RedisSentinel? _sentinel;
    private RedisCluster? _cluster;

    internal string Configuration => _single?.Address ?? _sentinel?.Configuration ?? _cluster!.Configuration;

    internal RedisServer Single => _single!;

    /// <summary>Gets how many publications were lost that had been acknowledged.</summary>
    internal long LostTail { get; private set; }

    internal static async Task<ClusterRedis> StartAsync(ClusterFault fault)
    {
        var redis = new ClusterRedis();
        switch (fault)
        {
            case ClusterFault.Sentinel:
                redis._sentinel = await RedisSentinel.StartAsync();
                break;
            case ClusterFault.RedisCluster:
                redis._cluster = await RedisCluster.StartAsync(primaries: 3, replicas: 1);
                break;
            default:
                redis._single = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
                break;
        }

        return redis;
    }

    /// <summary>Kills the connections on which nodes hear of each other.</summary>
    /// <returns>How many there were.</returns>
    internal async Task<long> KillSubscriptionsAsync() => long.Parse(await Single.AskAsync("CLIENT", "KILL", "TYPE", "pubsub"), CultureInfo.InvariantCulture);

    /// <summary>Lets the Sentinels replace the primary by a replica that lacks what came last.</summary>
    internal async Task FailOverAsync(TimeSpan detached)
    {
        RedisSentinel sentinel = _sentinel!;
        await sentinel.DetachReplicaAsync();
        await Task.Delay(detached);
        long before = await CountAsync(sentinel.Primary);
        await sentinel.Primary.KillAsync();
        LostTail += before - await CountAsync(sentinel.Replica);
        await sentinel.WaitForPromotionAsync();
    }

    /// <summary>Kills the primary that has everything, and starts it again when another one has taken over.</summary>
    internal async Task FailOverClusterAsync()
    {
        RedisServer primary = await _cluster!.FindPrimaryAsync(State);
        await primary.KillAsync();
        await _cluster.WaitForFailoverAsync(State, primary);
        await primary.RestartAsync(keepData: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? part in new IAsyncDisposable?[] { _single, _sentinel, _cluster })
        {
            await (part?.DisposeAsync() ?? default);
        }
    }

    private static async Task<long> CountAsync(RedisServer server) => long.Parse(await server.AskAsync("HGET", State, "order"), CultureInfo.InvariantCulture);
}
