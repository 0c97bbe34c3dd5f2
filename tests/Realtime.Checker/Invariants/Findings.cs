using System.Text.Json;

namespace Realtime.Checker;

/// <summary>Collects violations: the first of each invariant, and how many there are.</summary>
/// <remarks>Confined to the check of one run.</remarks>
internal sealed class Findings(IReadOnlyList<LogFile> files)
{
    private readonly List<(string Invariant, string Message, Line[] Lines)> _first = [];
    private readonly Dictionary<string, int> _counts = [];

    /// <summary>Whose turn it is.</summary>
    internal string Invariant { get; set; } = "";

    internal void Add(string message, params Line[] lines)
    {
        _counts[Invariant] = CountOf(Invariant) + 1;
        if (_counts[Invariant] == 1)
        {
            _first.Add((Invariant, message, lines));
        }
    }

    internal int CountOf(string invariant) => _counts.GetValueOrDefault(invariant);

    internal List<Violation> ToViolations() =>
        _first.ConvertAll(found => new Violation(found.Invariant, found.Message, [.. found.Lines.Select(Show)], CountOf(found.Invariant)));

    private string Show(Line line) => $"{files[line.File].Name}:{line.Number} {JsonSerializer.Serialize(line.Record, RecordFormat.Json)}";
}
