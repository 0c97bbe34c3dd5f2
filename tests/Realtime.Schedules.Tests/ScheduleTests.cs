using System.Globalization;
using Realtime.Schedules.Scenarios;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Tests;

/// <summary>The environment variable SCHEDULES says how many schedules of each scenario are run; 1,000 without it. <c>tests/campaigns/schedules.sh</c> runs more, and one again by its seed.</summary>
public sealed class ScheduleTests
{
    private static readonly int s_schedules = int.Parse(Environment.GetEnvironmentVariable("SCHEDULES") ?? "1000", CultureInfo.InvariantCulture);

    public static TheoryData<string> Scenarios => [.. Catalog.Scenarios.Keys];

    public static TheoryData<string, string> Planted
    {
        get
        {
            var planted = new TheoryData<string, string>();
            foreach (PlantedRace race in Catalog.Planted)
            {
                planted.Add(race.Scenario, race.Gate);
            }

            return planted;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void No_schedule_violates_anything(string scenario)
    {
        Exploration explored = Explorer.Explore(Catalog.Scenarios[scenario], s_schedules);

        Assert.Null(explored.Violation is null ? null : explored.ToString());
        Assert.Equal(s_schedules, explored.Schedules);
    }

    [Fact]
    public void No_schedule_of_the_ack_table_with_two_interruptions_violates_anything()
    {
        Exploration explored = Explorer.ExploreAll(static () => new AckClose(), preemptions: 2);

        Assert.Null(explored.Violation);
        Assert.NotNull(Explorer.ExploreAll(static () => new AckClose(), preemptions: 2, "PendingAcks.TryAdd").Violation);
        Assert.NotNull(Explorer.ExploreAll(static () => new AckClose(), preemptions: 2, "PendingAcks.Complete").Violation);
    }

    [Theory]
    [MemberData(nameof(Planted))]
    public void A_lock_that_is_left_out_is_found(string scenario, string gate)
    {
        PlantedRace planted = Catalog.Planted.Single(race => race.Scenario == scenario && race.Gate == gate);

        Exploration explored = Explorer.Explore(Catalog.Scenarios[scenario], planted.Within, gate);

        Assert.True(explored.MetPlanted, $"No schedule came to {gate}.");
        Assert.NotNull(explored.Violation);
        Assert.InRange(explored.Schedules, 1, planted.Within); // and not without anybody being interrupted
    }
}
