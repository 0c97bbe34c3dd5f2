using System.Diagnostics;
using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Broadcasts to 1,000 members, the next ones as soon as the last have arrived everywhere.</summary>
internal sealed class SaturatedBroadcast(int inFlight) : ILoad
{
    private const int Members = 1000;

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        fleet.ConnectUpTo(Members);
        fleet.RunFor(Limits.Settling);
        var traffic = new BroadcastTraffic(fleet, latency: null);
        fleet.Traffic = traffic;

        PublishFor(traffic, options.Warmup);
        var deliveredBefore = traffic.Delivered;
        var meter = new CpuMeter(server);
        PublishFor(traffic, options.Measured);
        var use = meter.Read();

        fleet.RunFor(Limits.Silence);
        return use.PerUnit(traffic.Delivered - deliveredBefore);
    }

    private void PublishFor(BroadcastTraffic traffic, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            traffic.PublishAndWait(inFlight);
        }
    }
}
