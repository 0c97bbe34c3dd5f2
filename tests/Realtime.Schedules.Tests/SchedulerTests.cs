using Realtime.Schedules.Scenarios;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Tests;

public sealed class SchedulerTests
{
    [Fact]
    public void A_seed_runs_the_same_schedule_again()
    {
        foreach (Func<Scenario> create in Catalog.Scenarios.Values)
        {
            for (int seed = 1; seed <= 10; seed++)
            {
                Assert.Equal(Explorer.Replay(create, seed), Explorer.Replay(create, seed));
            }
        }
    }

    [Fact]
    public void Seeds_run_different_schedules()
    {
        int[] orders = [.. Enumerable.Range(1, 100).Select(static seed => Explorer.Replay(static () => new RoomLogJoin(), seed).Fingerprint)];

        Assert.InRange(orders.Distinct().Count(), 80, 100);
    }

    [Fact]
    public void What_was_found_is_found_again_by_its_seed()
    {
        Func<Scenario> create = Catalog.Scenarios["outbound-upgrade"];
        Exploration explored = Explorer.Explore(create, 1000, "OutboundQueue.Switch");

        (_, string? violation) = Explorer.Replay(create, explored.Seed, "OutboundQueue.Switch");

        Assert.NotNull(violation);
        Assert.Equal(FirstLine(explored.Violation!), FirstLine(violation));
    }

    [Fact]
    public void All_schedules_with_few_interruptions_find_a_lost_update_and_accept_a_lock()
    {
        Assert.NotNull(Explorer.ExploreAll(static () => new Counter(isLocked: false), preemptions: 1).Violation);

        Exploration locked = Explorer.ExploreAll(static () => new Counter(isLocked: true), preemptions: 3);
        Assert.Null(locked.Violation);
        Assert.InRange(locked.Schedules, 20, 10_000);
        Assert.NotNull(Explorer.ExploreAll(static () => new Counter(isLocked: true), preemptions: 1, nameof(Counter)).Violation);
    }

    [Fact]
    public void Those_who_wait_for_each_other_are_named()
    {
        Exploration explored = Explorer.Explore(static () => new Deadlock(), 100);

        Assert.Contains("Nobody can go on.", explored.Violation, StringComparison.Ordinal);
        Assert.Contains("waits for a lock that there", explored.Violation, StringComparison.Ordinal);
    }

    private static string FirstLine(string text) => text.Split('\n')[0];

    private sealed class Counter(bool isLocked) : Scenario
    {
        private readonly Gate _gate = new();
        private int _count;

        internal override void Begin(Schedule schedule)
        {
            schedule.Add("a", Add);
            schedule.Add("b", Add);
        }

        internal override Task CheckAsync()
        {
            Require(_count == 2, $"{_count} of 2 were counted.");
            return Task.CompletedTask;
        }

        public override void Dispose()
        {
        }

        private void Add()
        {
            if (isLocked)
            {
                _gate.Run(nameof(Counter), Count);
            }
            else
            {
                Count();
            }
        }

        private void Count()
        {
            Controlled.Point("read");
            int count = _count;
            Controlled.Point("write");
            _count = count + 1;
        }
    }

    private sealed class Deadlock : Scenario
    {
        private readonly Gate _first = new();
        private readonly Gate _second = new();

        internal override void Begin(Schedule schedule)
        {
            schedule.Add("there", () => _first.Run("first", () => _second.Run("second", static () => { })));
            schedule.Add("back", () => _second.Run("second", () => _first.Run("first", static () => { })));
        }

        internal override Task CheckAsync() => Task.CompletedTask;

        public override void Dispose()
        {
        }
    }
}
