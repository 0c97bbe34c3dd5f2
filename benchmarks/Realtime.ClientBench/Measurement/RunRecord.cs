using System.Text.Json;

namespace Realtime.ClientBench.Measurement;

/// <summary>One line of the raw results.</summary>
internal sealed record RunRecord(string Client, string Load, int Round, string Note, Dictionary<string, double> Figures)
{
    public static RunRecord[] ReadAll(string path) => [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<RunRecord>(line)!)];

    public void Print() => Console.WriteLine(JsonSerializer.Serialize(this));
}
