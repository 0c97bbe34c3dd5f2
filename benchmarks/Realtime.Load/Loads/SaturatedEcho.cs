using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Echo with ack as fast as the server can: each of 100 connections keeps so many requests in flight.</summary>
internal sealed class SaturatedEcho(int inFlight) : ILoad
{
    private const int Connections = 100;
    private static readonly TimeSpan WarmupStep = TimeSpan.FromMilliseconds(50);

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        fleet.ConnectUpTo(Connections);
        var traffic = new EchoTraffic(fleet, latency: null) { IsRefilling = true };
        fleet.Traffic = traffic;
        for (var i = 0; i < Connections; i++)
        {
            traffic.Send(i, inFlight, intendedAt: 0);
        }

        Warmup.Run(server, options.Warmup, () => fleet.RunFor(WarmupStep));
        var ackedBefore = traffic.Acked;
        var meter = new CpuMeter(server);
        fleet.RunFor(options.Measured);
        var use = meter.Read();
        var acked = traffic.Acked - ackedBefore;

        traffic.IsRefilling = false;
        fleet.RunUntil(() => traffic.IsDone, Limits.Stragglers, () => traffic.Progress);
        fleet.RunFor(Limits.Silence);
        return use.PerUnit(acked);
    }
}
