using Realtime.Load.Reporting;

namespace Realtime.Load;

/// <summary>Turns the raw results into the results file and prints it.</summary>
internal sealed class ReportCommand(CommandLine line)
{
    public void Run()
    {
        var results = ResultSet.Read(line.Required("raw"));
        var about = line.Optional("about", "") is { Length: > 0 } path ? File.ReadAllText(path) : "";
        var report = new MarkdownReport(results, isCluster: line.Optional("nodes", "1") != "1").Compose(line.Optional("title", "Benchmark results"), about);
        File.WriteAllText(line.Required("output"), report);
        Console.Write(report);
    }
}
