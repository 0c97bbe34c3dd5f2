namespace Realtime.Schedules.Scheduling;

/// <summary>Runs a scenario in many orders, until one of them goes wrong.</summary>
internal static class Explorer
{
    /// <summary>Runs schedules that are chosen by seeds: one half walks at random, the other changes priorities.</summary>
    /// <param name="create">Makes the scenario anew.</param>
    /// <param name="schedules">How many at most.</param>
    /// <param name="withoutGate">The lock statement that is left out, as <c>Type.Method</c>.</param>
    /// <param name="seed">The first seed; the others follow.</param>
    internal static Exploration Explore(Func<Scenario> create, int schedules, string? withoutGate = null, int seed = 1)
    {
        Schedule first = Run(create, Sequential.Instance, withoutGate, out int length);
        bool met = first.MetPlanted;
        if (first.Violation is not null)
        {
            return new Exploration(0, 0, first.Describe(), met);
        }

        for (int i = 0; i < schedules; i++)
        {
            Schedule schedule = Run(create, StrategyOf(seed + i, length), withoutGate, out _);
            met |= schedule.MetPlanted;
            if (schedule.Violation is not null)
            {
                return new Exploration(i + 1, seed + i, schedule.Describe(), met);
            }
        }

        return new Exploration(schedules, 0, null, met);
    }

    /// <summary>Runs every schedule that interrupts at most so many times.</summary>
    internal static Exploration ExploreAll(Func<Scenario> create, int preemptions, string? withoutGate = null)
    {
        var strategy = new AllWithin(preemptions);
        strategy.Begin();
        int count = 0;
        bool met = false;
        do
        {
            Schedule schedule = Run(create, strategy, withoutGate, out _);
            count++;
            met |= schedule.MetPlanted;
            if (schedule.Violation is not null)
            {
                return new Exploration(count, 0, schedule.Describe(), met);
            }
        }
        while (strategy.TryNext());
        return new Exploration(count, 0, null, met);
    }

    /// <summary>Runs one schedule again.</summary>
    /// <returns>The number that tells its order from others, and what was found.</returns>
    internal static (int Fingerprint, string? Violation) Replay(Func<Scenario> create, int seed, string? withoutGate = null)
    {
        Run(create, Sequential.Instance, withoutGate, out int length);
        Schedule schedule = Run(create, StrategyOf(seed, length), withoutGate, out _);
        return (schedule.Fingerprint, schedule.Violation is null ? null : schedule.Describe());
    }

    private static IStrategy StrategyOf(int seed, int length)
    {
        var random = new Random(seed);
        return seed % 2 == 0 ? new PriorityChanges(random, 1 + random.Next(3), length) : new RandomWalk(random);
    }

    private static Schedule Run(Func<Scenario> create, IStrategy strategy, string? withoutGate, out int length)
    {
        length = 0;
        var schedule = new Schedule { WithoutGate = withoutGate };
        using Scenario scenario = create();
        schedule.Add("set-up", scenario.SetUpAsync);
        schedule.Run(strategy: null);
        if (schedule.Violation is null)
        {
            scenario.Begin(schedule);
            schedule.Run(strategy);
            length = schedule.Steps;
        }

        if (schedule.Violation is null)
        {
            schedule.Add("the end", scenario.CheckAsync);
            schedule.Run(strategy: null);
        }

        return schedule;
    }
}
