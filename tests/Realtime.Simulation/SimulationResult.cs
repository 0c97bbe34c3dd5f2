using Realtime.Checker;

namespace Realtime.Simulation;

/// <summary>What a run came to.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Seed">The seed.</param>
/// <param name="Check">What the checker says.</param>
/// <param name="Problems">What else went wrong.</param>
/// <param name="Coverage">What occurred.</param>
/// <param name="Records">The log.</param>
internal sealed record SimulationResult(int Seed, CheckResult Check, IReadOnlyList<string> Problems, Coverage Coverage, IReadOnlyList<LogRecord> Records)
{
    internal bool Passed => Check.Passed && Problems.Count == 0;

    internal string Describe() =>
        string.Join(Environment.NewLine, [$"seed {Seed}:", .. Check.Violations.Take(3).Select(static violation => violation.ToString()!), .. Problems.Take(5)]);
}
