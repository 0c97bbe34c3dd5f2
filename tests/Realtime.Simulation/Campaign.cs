namespace Realtime.Simulation;

/// <summary>Many seeds, and every mutation.</summary>
/// <remarks>Runs are confined to one thread each; what they come to is guarded by <c>_gate</c>.</remarks>
internal sealed class Campaign(TextWriter output, IReadOnlyCollection<string> without)
{
    /// <summary>The seeds within which a mutation has to be caught.</summary>
    internal const int MutationSeeds = 200;

    private readonly Lock _gate = new();
    private readonly Coverage _coverage = new();
    private int _seeds;
    private int _violations;
    private int _caught;

    internal string ClosingLine => $"seeds {_seeds}, violations {_violations}, mutations caught {_caught} of {Mutation.All.Count}";

    /// <summary>Runs the seeds, then the mutations.</summary>
    /// <returns>Whether everything was as it has to be.</returns>
    internal bool Run(int first, int count)
    {
        bool passed = RunSeeds(first, count);
        InParallel(Mutation.All.Count, index => Note(Mutation.All[index], Catch(Mutation.All[index], first)));
        return passed && _caught == Mutation.All.Count;
    }

    /// <summary>Runs the seeds.</summary>
    /// <returns>Whether none was violated, and every fault and branch occurred.</returns>
    internal bool RunSeeds(int first, int count)
    {
        InParallel(count, index => Note(Simulation.Run(first + index, MutationKind.None, without)));
        output.WriteLine(_coverage.Describe(Faults.Names));
        IReadOnlyList<string> missing = _coverage.Missing(Faults.Names);
        if (missing.Count > 0)
        {
            output.WriteLine($"never occurred: {string.Join(", ", missing)}");
        }

        return _violations == 0 && missing.Count == 0;
    }

    /// <summary>Looks for the first seed in which the invariant of a mutation is violated.</summary>
    /// <returns>How many seeds that took; none when it was not caught.</returns>
    internal static int? Catch(Mutation mutation, int first)
    {
        for (int index = 0; index < MutationSeeds; index++)
        {
            if (Simulation.Run(first + index, mutation.Kind).Check.Violates(mutation.Invariant))
            {
                return index + 1;
            }
        }

        return null;
    }

    // Threads of their own: a run may wait for the pool.
    private static void InParallel(int count, Action<int> run)
    {
        int next = -1;
        Thread[] threads = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            for (int index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                run(index);
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
    }

    private void Note(SimulationResult result)
    {
        lock (_gate)
        {
            _seeds++;
            _coverage.Add(result.Coverage);
            if (!result.Passed)
            {
                _violations++;
                if (_violations <= 10)
                {
                    output.WriteLine(result.Describe());
                }
            }
        }
    }

    private void Note(Mutation mutation, int? seeds)
    {
        lock (_gate)
        {
            _caught += seeds is null ? 0 : 1;
            output.WriteLine(seeds is null ? $"NOT CAUGHT: {mutation.Name} by {mutation.Invariant}" : $"caught: {mutation.Name} by {mutation.Invariant} after {seeds} seeds");
        }
    }
}
