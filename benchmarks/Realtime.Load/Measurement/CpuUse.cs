namespace Realtime.Load.Measurement;

/// <param name="Server">CPU of the server.</param>
/// <param name="Load">CPU of the generator itself.</param>
/// <param name="Machine">CPU of everybody: what is more than the two others disturbed them.</param>
/// <param name="Elapsed">Time on the clock.</param>
internal sealed record CpuUse(TimeSpan Server, TimeSpan Load, TimeSpan Machine, TimeSpan Elapsed)
{
    /// <summary>The figures that every load of messages reports.</summary>
    public Dictionary<string, double> PerUnit(long units)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [Metric.Cpu] = Server.TotalMicroseconds / units,
            [Metric.LoadCpu] = Load.TotalMicroseconds / units,
            [Metric.Rate] = units / Elapsed.TotalSeconds,
        };
        AddTo(metrics);
        return metrics;
    }

    /// <summary>Who used the cores, in percent of one.</summary>
    public void AddTo(Dictionary<string, double> metrics)
    {
        metrics[Metric.ServerBusy] = 100 * Server / Elapsed;
        metrics[Metric.LoadBusy] = 100 * Load / Elapsed;
        metrics[Metric.OthersBusy] = Math.Max(0, 100 * ((Machine - Server - Load) / Elapsed));
    }
}
