using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Echo with ack at a fixed rate, spread over 100 connections in turn.</summary>
internal sealed class OpenLoopEcho(int perSecond) : ILoad
{
    private const int Connections = 100;
    private static readonly TimeSpan WarmupStep = TimeSpan.FromMilliseconds(200);

    private int _next;

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        fleet.ConnectUpTo(Connections);
        var latency = new LatencyRecord();
        var traffic = new EchoTraffic(fleet, latency);
        fleet.Traffic = traffic;
        var loop = new OpenLoop(perSecond);

        Warmup.Run(server, options.Warmup, () => loop.Run(fleet, WarmupStep, Send));
        fleet.RunUntil(() => traffic.IsDone, Limits.Stragglers, () => traffic.Progress);
        latency.Reset();
        var ackedBefore = traffic.Acked;
        var meter = new CpuMeter(server);
        loop.Run(fleet, options.Measured, Send);
        fleet.RunUntil(() => traffic.IsDone, Limits.Stragglers, () => traffic.Progress);
        var metrics = meter.Read().PerUnit(traffic.Acked - ackedBefore);

        fleet.RunFor(Limits.Silence);
        latency.AddTo(metrics);
        return metrics;

        void Send(long intendedAt)
        {
            traffic.Send(_next, 1, intendedAt);
            _next = (_next + 1) % Connections;
        }
    }
}
