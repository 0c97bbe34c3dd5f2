using System.Diagnostics;
using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>One publication at a time into a room of many thousands: the time until the last member has it.</summary>
internal sealed class LargeRoom : ILoad
{
    private const int WarmupPublications = 3;
    private const int MeasuredPublications = 7;

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        fleet.ConnectUpTo(options.RoomMembers);
        fleet.RunFor(Limits.Settling * 2);
        var traffic = new BroadcastTraffic(fleet, latency: null);
        fleet.Traffic = traffic;
        for (var i = 0; i < WarmupPublications; i++)
        {
            traffic.PublishAndWait(1);
        }

        var deliveredBefore = traffic.Delivered;
        var times = new List<double>();
        var meter = new CpuMeter(server);
        for (var i = 0; i < MeasuredPublications; i++)
        {
            var start = Stopwatch.GetTimestamp();
            traffic.PublishAndWait(1);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var metrics = meter.Read().PerUnit(traffic.Delivered - deliveredBefore);
        fleet.RunFor(Limits.Silence);
        metrics[Metric.TimeToLast] = Median.Of(times);
        return metrics;
    }
}
