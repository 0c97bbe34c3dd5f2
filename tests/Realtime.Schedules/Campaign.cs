using System.Diagnostics;
using Realtime.Schedules.Scenarios;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules;

/// <summary>Explores every scenario, then looks for every planted race.</summary>
internal static class Campaign
{
    /// <returns>The exit code: 0 when nothing was violated and every race was found.</returns>
    internal static int Run(int schedules, TextWriter output)
    {
        int violations = 0;
        long total = 0;
        foreach ((string name, Func<Scenario> create) in Catalog.Scenarios)
        {
            var watch = Stopwatch.StartNew();
            Exploration explored = Explorer.Explore(create, schedules);
            output.WriteLine($"{name}: {explored} ({watch.Elapsed.TotalSeconds:0.0} s)");
            total += explored.Schedules;
            violations += explored.Violation is null ? 0 : 1;
        }

        int found = 0;
        foreach (PlantedRace planted in Catalog.Planted)
        {
            Exploration explored = Explorer.Explore(Catalog.Scenarios[planted.Scenario], planted.Within, planted.Gate);
            bool isFound = explored is { Violation: not null, MetPlanted: true };
            output.WriteLine($"{planted.Scenario} without the lock in {planted.Gate}: {(isFound ? $"found by schedule {explored.Schedules} of at most {planted.Within}" : $"MISSED in {planted.Within} schedules")}");
            found += isFound ? 1 : 0;
        }

        output.WriteLine($"schedules {total}, violations {violations}, planted races found {found} of {Catalog.Planted.Count}");
        return violations == 0 && found == Catalog.Planted.Count ? 0 : 1;
    }

    /// <returns>The exit code: 0 when nothing was violated.</returns>
    internal static int RunOne(string scenario, int? seed, int schedules, string? withoutGate, TextWriter output)
    {
        if (!Catalog.Scenarios.TryGetValue(scenario, out Func<Scenario>? create))
        {
            output.WriteLine($"There is no scenario '{scenario}'. There are: {string.Join(", ", Catalog.Scenarios.Keys)}.");
            return 2;
        }

        if (seed is { } one)
        {
            (int fingerprint, string? violation) = Explorer.Replay(create, one, withoutGate);
            output.WriteLine($"seed {one}, order {fingerprint:x8}: {violation ?? "nothing found"}");
            return violation is null ? 0 : 1;
        }

        Exploration explored = Explorer.Explore(create, schedules, withoutGate);
        output.WriteLine(explored);
        return explored.Violation is null ? 0 : 1;
    }
}
