using System.Text.Json;
using Realtime.Load.Measurement;

namespace Realtime.Load.Reporting;

/// <summary>The raw results of a run, asked for medians.</summary>
internal sealed class ResultSet(IReadOnlyList<RunRecord> records)
{
    public IReadOnlyList<string> Servers { get; } = [.. records.Select(record => record.Server).Distinct(StringComparer.Ordinal)];

    public static ResultSet Read(string path) =>
        new([.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => JsonSerializer.Deserialize<RunRecord>(line)!)]);

    public double MedianOf(string server, ReportRow row) => Median.Of(ByRound(server, row).Values);

    /// <summary>How much the runs were disturbed, in percent of a core.</summary>
    public (double Median, double Highest) Disturbance()
    {
        var others = records.Select(record => record.Metrics.GetValueOrDefault(Metric.OthersBusy)).ToArray();
        return (Median.Of(others), others.DefaultIfEmpty().Max());
    }

    /// <summary>The ratio is taken inside each round, where both ran within seconds on the same mood of the machine.</summary>
    public double MedianRatio(string server, string peer, ReportRow row)
    {
        var theirs = ByRound(peer, row);
        var ratios = ByRound(server, row)
            .Where(ours => theirs.ContainsKey(ours.Key))
            .Select(ours => ours.Value / theirs[ours.Key]);
        return Median.Of(ratios);
    }

    private Dictionary<int, double> ByRound(string server, ReportRow row)
    {
        var values = new Dictionary<int, double>();
        foreach (var record in records)
        {
            if (record.Server == server && record.Load == row.Load && record.Metrics.TryGetValue(row.Figure, out var value))
            {
                values[record.Round] = value;
            }
        }

        return values;
    }
}
