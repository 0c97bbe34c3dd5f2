using System.Globalization;

namespace Realtime.Load;

/// <summary>Pairs of <c>--name value</c>.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public CommandLine(ReadOnlySpan<string> arguments)
    {
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Length)
            {
                throw new LoadFailure($"expected --name value, found {arguments[i]}");
            }

            _values[arguments[i][2..]] = arguments[i + 1];
        }
    }

    public string Required(string name) =>
        _values.TryGetValue(name, out var value) ? value : throw new LoadFailure($"--{name} is missing");

    public string Optional(string name, string fallback) => _values.GetValueOrDefault(name, fallback);

    public int RequiredNumber(string name) => int.Parse(Required(name), CultureInfo.InvariantCulture);

    /// <summary>Numbers with commas between them.</summary>
    public int[] RequiredNumbers(string name) => [.. Required(name).Split(',').Select(static number => int.Parse(number, CultureInfo.InvariantCulture))];

    public double Number(string name, double fallback) =>
        _values.TryGetValue(name, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : fallback;
}
