using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Ten thousand connections that say nothing: what each costs to open, to hold, after a broadcast, and in heartbeats.</summary>
internal sealed class IdleConnections(Func<Fleet> newFleet) : ILoad
{
    private const int FirstConnections = 100;
    private static readonly TimeSpan MemorySettling = TimeSpan.FromSeconds(2);

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        WarmUp();
        fleet.RunFor(MemorySettling);
        var empty = server.ResidentKilobytes;
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        Connect(fleet, server, options.IdleConnections, metrics);
        fleet.RunFor(MemorySettling);
        var idle = server.ResidentKilobytes;

        var traffic = new BroadcastTraffic(fleet, latency: null);
        fleet.Traffic = traffic;
        traffic.PublishAndWait(1);
        fleet.RunFor(MemorySettling / 2);
        var afterBroadcast = server.ResidentKilobytes;

        metrics[Metric.Memory] = PerConnection(idle - empty);
        metrics[Metric.MemoryGrowth] = PerConnection(afterBroadcast - idle);
        if (options.MeasureHeartbeats)
        {
            MeasureHeartbeats(fleet, server, metrics);
            metrics[Metric.MemoryAfterPings] = PerConnection(server.ResidentKilobytes - empty);
        }

        return metrics;

        double PerConnection(long kilobytes) => (double)kilobytes / options.IdleConnections;
    }

    /// <summary>The code of a connection and of a broadcast gets loaded by others, so that the idle ones are not charged for it.</summary>
    private void WarmUp()
    {
        using var first = newFleet();
        first.ConnectUpTo(FirstConnections);
        first.RunFor(Limits.Settling);
        var traffic = new BroadcastTraffic(first, latency: null);
        first.Traffic = traffic;
        traffic.PublishAndWait(1);
    }

    /// <summary>The first fifth compiles and warms; the CPU of the rest counts.</summary>
    private static void Connect(Fleet fleet, ServerProcess server, int total, Dictionary<string, double> metrics)
    {
        var unmeasured = total / 5;
        fleet.ConnectUpTo(unmeasured);
        var meter = new CpuMeter(server);
        fleet.ConnectUpTo(total);
        var use = meter.Read();
        metrics[Metric.ConnectCpu] = use.Server.TotalMicroseconds / (total - unmeasured);
        metrics[Metric.LoadCpu] = use.Load.TotalMicroseconds / (total - unmeasured);
        use.AddTo(metrics);
    }

    /// <summary>Whole intervals, about half a minute unless the interval was shortened.</summary>
    private static void MeasureHeartbeats(Fleet fleet, ServerProcess server, Dictionary<string, double> metrics)
    {
        var interval = fleet.Dialect.PingInterval;
        var window = interval > TimeSpan.FromSeconds(20) ? interval : interval * 2;
        var pingsBefore = fleet.Pings;
        var meter = new CpuMeter(server);
        fleet.RunFor(window);
        var use = meter.Read();
        var pings = fleet.Pings - pingsBefore;
        if (pings == 0)
        {
            throw new LoadFailure($"no ping in {window.TotalSeconds} s");
        }

        metrics[Metric.HeartbeatBusy] = 100 * use.Server / use.Elapsed;
        metrics[Metric.HeartbeatSeconds] = interval.TotalSeconds;
        metrics[Metric.PingsPerConnection] = (double)pings / fleet.Connections.Count;
    }
}
