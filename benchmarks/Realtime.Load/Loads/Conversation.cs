using System.Diagnostics;
using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Several of 1,000 members publish a message each, the next ones as soon as the last have arrived everywhere.</summary>
internal sealed class Conversation(int publishers) : ILoad
{
    private const int Members = 1000;

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        fleet.ConnectUpTo(Members);
        fleet.RunFor(Limits.Settling);
        var traffic = new ConversationTraffic(fleet, publishers);
        fleet.Traffic = traffic;

        Warmup.Run(server, options.Warmup, traffic.PublishAndWait);
        var deliveredBefore = traffic.Delivered;
        var meter = new CpuMeter(server);
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < options.Measured)
        {
            traffic.PublishAndWait();
        }

        var use = meter.Read();

        fleet.RunFor(Limits.Silence);
        return use.PerUnit(traffic.Delivered - deliveredBefore);
    }
}
