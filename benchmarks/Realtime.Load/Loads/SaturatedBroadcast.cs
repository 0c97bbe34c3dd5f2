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

        Warmup.Run(server, options.Warmup, () => traffic.PublishAndWait(inFlight));
        var deliveredBefore = traffic.Delivered;
        var meter = new CpuMeter(server);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < options.Measured)
        {
            traffic.PublishAndWait(inFlight);
        }

        var use = meter.Read();

        fleet.RunFor(Limits.Silence);
        return use.PerUnit(traffic.Delivered - deliveredBefore);
    }
}
