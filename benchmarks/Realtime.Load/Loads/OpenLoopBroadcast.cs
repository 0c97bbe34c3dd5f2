using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Broadcasts to 1,000 members at a fixed rate.</summary>
internal sealed class OpenLoopBroadcast(int perSecond) : ILoad
{
    private const int Members = 1000;

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        fleet.ConnectUpTo(Members);
        fleet.RunFor(Limits.Settling);
        var latency = new LatencyRecord();
        var traffic = new BroadcastTraffic(fleet, latency);
        fleet.Traffic = traffic;
        var loop = new OpenLoop(perSecond);

        Warmup.Run(server, options.Warmup, () => traffic.PublishAndWait(1));
        latency.Reset();
        var deliveredBefore = traffic.Delivered;
        var meter = new CpuMeter(server);
        loop.Run(fleet, options.Measured, intendedAt => traffic.Publish(1, intendedAt));
        fleet.RunUntil(() => traffic.IsDone, Limits.Stragglers, () => traffic.Progress);
        var metrics = meter.Read().PerUnit(traffic.Delivered - deliveredBefore);

        fleet.RunFor(Limits.Silence);
        latency.AddTo(metrics);
        return metrics;
    }
}
