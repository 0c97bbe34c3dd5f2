using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Clients that come and go: what a connection costs to open once the server has compiled its code. (What it costs in a fresh process is part of the idle load.)</summary>
internal sealed class Connects(Func<Fleet> newFleet) : ILoad
{
    private const int Batch = 500;
    private const int MeasuredBatches = 12;

    // What the end of the last batch still costs the server must not be counted as the beginning of the next.
    private static readonly TimeSpan Parting = TimeSpan.FromMilliseconds(300);

    public Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options)
    {
        Warmup.Run(server, options.Warmup, () => Open(server));
        CpuUse[] batches = [.. Enumerable.Range(0, MeasuredBatches).Select(_ => Open(server))];
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            [Metric.ConnectCpu] = Median.Of(batches.Select(batch => batch.Server.TotalMicroseconds / Batch)),
            [Metric.LoadCpu] = Median.Of(batches.Select(batch => batch.Load.TotalMicroseconds / Batch)),
        };
    }

    private CpuUse Open(ServerProcess server)
    {
        CpuUse use;
        using (var clients = newFleet())
        {
            var meter = new CpuMeter(server);
            clients.ConnectUpTo(Batch);
            use = meter.Read();
        }

        using var nobody = newFleet();
        nobody.RunFor(Parting);
        return use;
    }
}
