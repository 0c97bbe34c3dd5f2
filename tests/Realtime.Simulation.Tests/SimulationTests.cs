using Realtime.Checker;

namespace Realtime.Simulation.Tests;

public sealed class SimulationTests
{
    private const int Seeds = 500;

    [Fact]
    public void Every_seed_is_clean_and_every_fault_and_branch_occurs()
    {
        using var output = new StringWriter();
        bool passed = new Campaign(output, []).RunSeeds(1, Seeds);

        Assert.True(passed, output.ToString());
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public void A_promise_that_is_broken_is_caught_by_the_invariant_it_belongs_to(string name)
    {
        Mutation mutation = Mutation.All.Single(mutation => mutation.Name == name);

        Assert.NotNull(Campaign.Catch(mutation, first: 1));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(214)]
    public void A_seed_writes_the_same_log_each_time(int seed)
    {
        IReadOnlyList<LogRecord> first = Simulation.Run(seed).Records;
        IReadOnlyList<LogRecord> second = Simulation.Run(seed).Records;

        Assert.Equal(first.Select(Describe), second.Select(Describe));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_run_is_as_large_as_it_has_to_be(int seed)
    {
        SimulationResult result = Simulation.Run(seed);

        Assert.InRange(result.Check.Tally.Sent, 300, int.MaxValue);
        Assert.InRange(result.Coverage.FaultCount, 10, long.MaxValue);
        Assert.InRange(result.Records.Where(static record => record.Kind == RecordKind.Connect).Select(static record => record.Client).Distinct().Count(), 5, 20);
    }

    public static TheoryData<string> Mutations() => [.. Mutation.All.Select(static mutation => mutation.Name)];

    private static string Describe(LogRecord record) => string.Join(
        ' ', record.Kind, record.Time, record.Op, record.Id, record.Client, record.Session, record.Room, record.Stream, record.Offset, record.From, record.To, record.Number, record.Fence, record.Owner, record.Hash);
}
