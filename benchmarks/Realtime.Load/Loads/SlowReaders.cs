using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>One member in a hundred stops reading: what do the others notice? Pairs of the same broadcast with and without them, one after the other.</summary>
/// <param name="newFleet">Makes clients; its argument is the receive buffer of each, in bytes.</param>
internal sealed class SlowReaders(Func<int, Fleet> newFleet) : ILoad
{
    private const int Members = 1000;
    private const int Slow = 10;
    private const int PerSecond = 50;
    private const int Pairs = 7;

    // 50 KB/s for each member: the buffers of the kernel are full after the warm-up, and the megabyte that a server may hold back is not full at the end.
    private const int ArgumentLength = 1000;
    private const int SlowReceiveBuffer = 2048;
    private static readonly TimeSpan Filling = TimeSpan.FromSeconds(4);

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        Measure(slow: 0, Filling + options.Warmup, options.Measured);
        var ratios = new List<double>();
        var without = new List<double>();
        var with = new List<double>();
        for (var pair = 1; pair <= Pairs; pair++)
        {
            without.Add(Measure(slow: 0, Filling, options.Measured));
            with.Add(Measure(Slow, Filling, options.Measured));
            ratios.Add(with[^1] / without[^1]);
            Console.WriteLine(FormattableString.Invariant($"pair {pair}: p99 {without[^1] / 1000:0.00} ms without, {with[^1] / 1000:0.00} ms with slow readers, ratio {ratios[^1]:0.00}"));
        }

        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [Metric.Latency99] = Median.Of(without),
            [Metric.Latency99WithSlowReaders] = Median.Of(with),
            [Metric.SlowReaderRatio] = Median.Of(ratios),
        };
    }

    private double Measure(int slow, TimeSpan filling, TimeSpan measured)
    {
        using var readers = newFleet(0);
        readers.ConnectUpTo(Members - slow);
        using var others = newFleet(SlowReceiveBuffer);
        others.ConnectUpTo(slow); // from now on nobody reads them
        readers.RunFor(Limits.Settling);
        var latency = new LatencyRecord();
        var traffic = new BroadcastTraffic(readers, latency, ArgumentLength);
        readers.Traffic = traffic;
        var loop = new OpenLoop(PerSecond);
        loop.Run(readers, filling, intendedAt => traffic.Publish(1, intendedAt));
        latency.Reset();
        loop.Run(readers, measured, intendedAt => traffic.Publish(1, intendedAt));
        readers.RunUntil(() => traffic.IsDone, Limits.Stragglers, () => traffic.Progress);
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        latency.AddTo(metrics);
        return metrics[Metric.Latency99];
    }
}
