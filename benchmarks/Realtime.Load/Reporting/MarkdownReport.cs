using System.Globalization;
using System.Text;

namespace Realtime.Load.Reporting;

/// <summary>The results file: what was measured where, medians, and ratios beside their goals.</summary>
internal sealed class MarkdownReport(ResultSet results, bool isCluster)
{
    private const string Ours = "realtime";

    /// <summary>Percent of a core from which on the figures carry a warning.</summary>
    private const double Disturbed = 10;

    private static readonly string[] Order = [Ours, "inline", "numbered", "kestrel", "signalr", "node"];

    private readonly StringBuilder _text = new();
    private readonly string[] _servers = [.. Order.Where(results.Servers.Contains)];

    public string Compose(string title, string about)
    {
        _text.AppendLine(CultureInfo.InvariantCulture, $"# {title}").AppendLine().AppendLine(about.Trim()).AppendLine();
        AddDisturbance();
        if (_servers.Contains(Ours) && _servers.Length > 1)
        {
            AddRatios();
        }

        AddMedians("Medians", ReportRow.Main);
        AddMedians("More", ReportRow.More);
        return _text.ToString().TrimEnd() + "\n";
    }

    private void AddDisturbance()
    {
        var (median, highest) = results.Disturbance();
        _text.Append(CultureInfo.InvariantCulture, $"Other processes used {Format(median)} % of a core while something was measured (median; at most {Format(highest)} %).");
        _text.AppendLine(median > Disturbed ? " **The machine was not quiet: figures of scheduled loads and latencies above all mean little.**" : "").AppendLine();
    }

    private void AddRatios()
    {
        var peers = _servers.Where(server => server is not (Ours or "inline" or "numbered")).ToArray();
        _text.AppendLine("## Ours against each peer (medians of per-round ratios, lower is better)").AppendLine();
        AddRow(["load", .. peers.SelectMany(peer => new[] { $"x {peer}", "goal" })]);
        AddRow(Enumerable.Repeat("---", 1 + (peers.Length * 2)));
        foreach (var row in ReportRow.Main.Where(row => row.Goal is null && IsMeasured(row)))
        {
            AddRow([row.Title, .. peers.SelectMany(peer => RatioCells(row, peer))]);
        }

        _text.AppendLine();
        foreach (var row in ReportRow.Main.Where(row => row.Goal is not null && IsMeasured(row)))
        {
            var value = results.MedianOf(Ours, row);
            _text.AppendLine(CultureInfo.InvariantCulture, $"{row.Title}: {Format(value)} (goal <= {row.Goal}{Verdict(value, row.Goal)})").AppendLine();
        }
    }

    private string[] RatioCells(ReportRow row, string peer)
    {
        var ratio = results.MedianRatio(Ours, peer, row);
        var goal = peer switch { "node" or "signalr" when isCluster => ReportRow.GoalOfCluster, "node" => row.GoalAgainstNode, "signalr" => row.GoalAgainstSignalR, _ => null };
        return [Format(ratio), goal is null ? "" : string.Create(CultureInfo.InvariantCulture, $"<= {goal}{Verdict(ratio, goal)}")];
    }

    private void AddMedians(string heading, IReadOnlyList<ReportRow> rows)
    {
        _text.AppendLine(CultureInfo.InvariantCulture, $"## {heading}").AppendLine();
        AddRow(["load", .. _servers]);
        AddRow(Enumerable.Repeat("---", 1 + _servers.Length));
        foreach (var row in rows.Where(IsMeasured))
        {
            AddRow([row.Title, .. _servers.Select(server => Format(results.MedianOf(server, row)))]);
        }

        _text.AppendLine();
    }

    private void AddRow(IEnumerable<string> cells) => _text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    private bool IsMeasured(ReportRow row) => _servers.Any(server => !double.IsNaN(results.MedianOf(server, row)));

    private static string Verdict(double value, double? goal) => value <= goal ? ", met" : ", **missed**";

    private static string Format(double value) => value switch
    {
        double.NaN => "-",
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
