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

    private const int ArgumentLength = 1000;

    // The kernel takes 2.2 MB for a connection whose client does not read. So much is sent first, and a third of a megabyte more, which the server has to hold back;
    // what is measured adds 150 KB, so that the megabyte which a server may hold back is not reached.
    private const int FillLength = 60_000;
    private const int FillMessages = 42;
    private const int SlowReceiveBuffer = 2048;

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        Measure(slow: 0, options.Measured + options.Warmup);
        var ratios = new List<double>();
        var without = new List<double>();
        var with = new List<double>();
        for (var pair = 1; pair <= Pairs; pair++)
        {
            without.Add(Measure(slow: 0, options.Measured));
            with.Add(Measure(Slow, options.Measured));
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

    private double Measure(int slow, TimeSpan measured)
    {
        using var readers = newFleet(0);
        readers.ConnectUpTo(Members - slow);
        using var others = newFleet(SlowReceiveBuffer);
        others.ConnectUpTo(slow); // from now on nobody reads them
        readers.RunFor(Limits.Settling);
        var fill = new BroadcastTraffic(readers, latency: null, FillLength);
        readers.Traffic = fill;
        for (var i = 0; i < FillMessages; i++)
        {
            fill.PublishAndWait(1);
        }

        var latency = new LatencyRecord();
        var traffic = new BroadcastTraffic(readers, latency, ArgumentLength);
        readers.Traffic = traffic;
        var published = 0;
        new OpenLoop(PerSecond).Run(readers, measured, intendedAt =>
        {
            traffic.Publish(1, intendedAt);
            published++;
        });
        readers.RunUntil(() => traffic.IsDone, Limits.Stragglers, () => traffic.Progress);
        ReadTheRest(others, (long)slow * (FillMessages + published));
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        latency.AddTo(metrics);
        return metrics[Metric.Latency99];
    }

    /// <summary>The slow ones read at last, and have to get everything: then they were slow and not gone, and what the kernel did not take the server has held for them.</summary>
    private static void ReadTheRest(Fleet others, long expected)
    {
        var rest = new CountingTraffic();
        others.Traffic = rest;
        others.RunUntil(() => rest.Events == expected, Limits.Stragglers, () => $"{rest.Events} of {expected} events reached the slow readers");
    }
}
