namespace Realtime.Load.Measurement;

internal sealed record CpuUse(TimeSpan Server, TimeSpan Load, TimeSpan Elapsed)
{
    /// <summary>The figures that every load of messages reports.</summary>
    public Dictionary<string, double> PerUnit(long units) => new(StringComparer.Ordinal)
    {
        [Metric.Cpu] = Server.TotalMicroseconds / units,
        [Metric.LoadCpu] = Load.TotalMicroseconds / units,
        [Metric.ServerBusy] = 100 * Server / Elapsed,
        [Metric.LoadBusy] = 100 * Load / Elapsed,
        [Metric.Rate] = units / Elapsed.TotalSeconds,
    };
}
