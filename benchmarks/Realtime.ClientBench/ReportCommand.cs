using System.Globalization;
using Realtime.ClientBench.Measurement;
using Realtime.Load;
using Realtime.Load.Measurement;

namespace Realtime.ClientBench;

/// <summary>Turns the raw results into tables: medians of the rounds, and the ratios inside the rounds.</summary>
internal sealed class ReportCommand(CommandLine line)
{
    private const string Ours = "realtime";

    private readonly TextWriter _output = Console.Out;

    public void Run()
    {
        var records = RunRecord.ReadAll(line.Required("raw"));
        WriteEchoes([.. records.Where(static record => record.Figures.ContainsKey(Figures.Cpu))]);
        WriteReconnects([.. records.Where(static record => record.Figures.ContainsKey(Figures.Reconnect))]);
    }

    private void WriteEchoes(RunRecord[] records)
    {
        _output.WriteLine("| load | client | CPU us per echo | of it user | bytes per echo | echoes/s | busy % | ours / its CPU, by round | median | ours / its bytes |");
        _output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var group in records.GroupBy(static record => (record.Load, record.Client)))
        {
            var ours = records.Where(record => record.Load == group.Key.Load && record.Client == Ours).ToArray();
            var cpu = Ratios(ours, [.. group], Figures.Cpu);
            var bytes = Ratios(ours, [.. group], Figures.Allocated);
            WriteRow(
                group.Key.Load,
                group.Key.Client,
                Number(group, Figures.Cpu, "0.0"),
                Number(group, Figures.UserCpu, "0.0"),
                Number(group, Figures.Allocated, "0"),
                Number(group, Figures.PerSecond, "0"),
                Number(group, Figures.Busy, "0"),
                group.Key.Client == Ours ? "" : string.Join(" ", cpu.Select(static ratio => Text(ratio, "0.00"))),
                group.Key.Client == Ours ? "" : Text(Median.Of(cpu), "0.00"),
                group.Key.Client == Ours ? "" : Text(Median.Of(bytes), "0.00"));
        }

        _output.WriteLine();
    }

    private void WriteReconnects(RunRecord[] records)
    {
        _output.WriteLine("| load | client | ms from ready, median | shortest | longest | ms from the kill | server down ms | samples | policy |");
        _output.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var group in records.GroupBy(static record => (record.Load, record.Client)))
        {
            WriteRow(
                group.Key.Load,
                group.Key.Client,
                Number(group, Figures.Reconnect, "0"),
                Text(group.Min(static record => record.Figures[Figures.Shortest]), "0"),
                Text(group.Max(static record => record.Figures[Figures.Longest]), "0"),
                Number(group, Figures.FromKill, "0"),
                Number(group, Figures.Down, "0"),
                Text(group.Sum(static record => record.Figures[Figures.Samples]), "0"),
                group.First().Note);
        }
    }

    // Inside a round the machine was the same for both.
    private static double[] Ratios(RunRecord[] ours, RunRecord[] others, string figure) =>
        [.. from mine in ours join other in others on mine.Round equals other.Round select mine.Figures[figure] / other.Figures[figure]];

    private static string Number(IEnumerable<RunRecord> records, string figure, string format) => Text(Median.Of(records.Select(record => record.Figures[figure])), format);

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private void WriteRow(params ReadOnlySpan<string> cells) => _output.WriteLine($"| {string.Join(" | ", cells.ToArray())} |");
}
