using System.Diagnostics;
using HdrHistogram;

namespace Realtime.Load.Measurement;

/// <summary>Latencies from the intended moment of sending, so that a server that stalls pays for those who had to wait.</summary>
internal sealed class LatencyRecord
{
    private static readonly long Highest = TimeSpan.FromMinutes(1).Ticks * TimeSpan.NanosecondsPerTick;

    private readonly LongHistogram _histogram = new(Highest, 3);

    public void Add(long intendedAt)
    {
        var nanoseconds = (long)((Stopwatch.GetTimestamp() - intendedAt) * (1e9 / Stopwatch.Frequency));
        _histogram.RecordValue(Math.Clamp(nanoseconds, 0, Highest - 1));
    }

    public void Reset() => _histogram.Reset();

    public void AddTo(Dictionary<string, double> metrics)
    {
        metrics[Metric.LatencyMedian] = _histogram.GetValueAtPercentile(50) / 1000.0;
        metrics[Metric.Latency99] = _histogram.GetValueAtPercentile(99) / 1000.0;
        metrics[Metric.Latency999] = _histogram.GetValueAtPercentile(99.9) / 1000.0;
    }
}
