using System.Globalization;
using Realtime.Checker;
using Realtime.Faults;

namespace Realtime.Delivery;

/// <summary>Makes the fault of a run, as often as its time allows, and cuts a connection now and then, so that sessions move all the time.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class ClusterPlan(CampaignOptions options, FaultProxy proxy, IReadOnlyList<ServerSlot> servers, ClientFleet clients, ClusterRedis redis, DeliveryLog log)
{
    private static readonly TimeSpan s_nodePause = TimeSpan.FromSeconds(30);

    // Less than publications wait for Redis: nothing has to be given up.
    private static readonly TimeSpan s_redisPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_detached = TimeSpan.FromSeconds(1.5);

    private readonly Random _random = new(options.Seed + 1);

    /// <summary>Gets how often the fault happened.</summary>
    internal long Made { get; private set; }

    /// <summary>Gets how many connections of nodes that hear of each other were killed.</summary>
    internal long Killed { get; private set; }

    internal async Task RunAsync()
    {
        using var end = new CancellationTokenSource(options.Duration);
        Task cutting = CutAsync(end.Token);
        foreach (double share in SharesOf(options.Cluster!.Value))
        {
            await WaitUntilAsync(share, end.Token);
            if (end.IsCancellationRequested)
            {
                break;
            }

            log.Add(Records.Fault(ClusterFaults.NameOf(options.Cluster.Value), begins: true));
            await MakeAsync(options.Cluster.Value);
            Made++;
            log.Add(Records.Fault(ClusterFaults.NameOf(options.Cluster.Value), begins: false));
        }

        await cutting;
    }

    private readonly long _since = System.Diagnostics.Stopwatch.GetTimestamp();

    // When the fault begins, as parts of the run.
    private static double[] SharesOf(ClusterFault fault) => fault switch
    {
        ClusterFault.None => [],
        ClusterFault.Kill or ClusterFault.RedisRestart => [0.2, 0.6],
        ClusterFault.RedisEmpty => [0.3],
        ClusterFault.RedisPause => [0.2, 0.5],
        ClusterFault.PubSub => [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
        ClusterFault.Quiet => [0.2, 0.4, 0.6],
        ClusterFault.Sentinel or ClusterFault.RedisCluster => [0.35],
        _ => [0.1],
    };

    private async Task WaitUntilAsync(double share, CancellationToken end)
    {
        TimeSpan left = (options.Duration * share) - System.Diagnostics.Stopwatch.GetElapsedTime(_since);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, end).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task CutAsync(CancellationToken stopped)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await beat.NextAsync(stopped))
        {
            proxy.ApplyToOne(_random.Next(2) == 0 ? Fault.Reset : Fault.CutAfter((Directions)_random.Next(1, 3), _random.Next(1, 1000)));
        }
    }

    private Task MakeAsync(ClusterFault fault) => fault switch
    {
        ClusterFault.Kill => RestartAsync(servers[_random.Next(servers.Count)], static server => server.KillAsync()),
        ClusterFault.Pause => servers[_random.Next(servers.Count)].SuspendAsync(s_nodePause),
        ClusterFault.Rolling => RollAsync(),
        ClusterFault.RedisRestart => redis.Single.RestartAsync(keepData: true),
        ClusterFault.RedisEmpty => redis.Single.RestartAsync(keepData: false),
        ClusterFault.PubSub => KillSubscriptionsAsync(),
        ClusterFault.Quiet => SayLastAsync(),
        ClusterFault.RedisPause => PauseRedisAsync(),
        ClusterFault.Sentinel => redis.FailOverAsync(s_detached),
        _ => redis.FailOverClusterAsync(),
    };

    private static async Task RestartAsync(ServerSlot server, Func<ServerSlot, Task> end)
    {
        await end(server);
        await server.StartAsync();
    }

    private async Task RollAsync()
    {
        foreach (ServerSlot server in servers)
        {
            await RestartAsync(server, static slot => slot.StopAsync());
            await Task.Delay(TimeSpan.FromSeconds(2)); // as who rolls a fleet waits for health
        }
    }

    private async Task PauseRedisAsync()
    {
        await redis.Single.PauseAsync();
        await Task.Delay(s_redisPause);
        await redis.Single.ContinueAsync();
    }

    private async Task KillSubscriptionsAsync() => Killed += await redis.KillSubscriptionsAsync();

    // Half of the rooms say nothing any more, but for what is published right when nobody hears it.
    private async Task SayLastAsync()
    {
        await Task.WhenAll(servers.Select(static server => server.TellAsync("hush")));
        await clients.TellAsync("hush");
        await Task.Delay(TimeSpan.FromSeconds(1));
        Task<ServerStatus> before = servers[0].TellAsync("last");
        await KillSubscriptionsAsync();
        await before;
        await servers[1].TellAsync("last");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"killed {Killed} connections so far"));
    }
}
