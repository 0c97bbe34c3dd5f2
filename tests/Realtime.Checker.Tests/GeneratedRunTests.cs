namespace Realtime.Checker.Tests;

public sealed class GeneratedRunTests
{
    private const int Seeds = 200;

    [Fact]
    public void A_correct_run_is_accepted_as_one_list()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            CheckResult result = DeliveryChecker.Check(GeneratedRun.OneList(GeneratedRun.Of(seed).Lines));
            Assert.True(result.Passed, $"seed {seed}: {result.First}");
        }
    }

    [Fact]
    public void A_correct_run_is_accepted_as_the_logs_of_several_processes()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            CheckResult result = DeliveryChecker.Check(GeneratedRun.SeveralFiles(GeneratedRun.Of(seed).Lines));
            Assert.True(result.Passed, $"seed {seed}: {result.First}");
        }
    }

    // Without these the tests above would say little.
    [Fact]
    public void The_runs_have_in_them_what_makes_it_hard()
    {
        Tally[] tallies = [.. Enumerable.Range(1, Seeds).Select(seed => DeliveryChecker.Check(GeneratedRun.OneList(GeneratedRun.Of(seed).Lines)).Tally)];
        Assert.True(tallies.Sum(tally => tally.Gaps) > Seeds / 10);
        Assert.True(tallies.Sum(tally => tally.Reported) > Seeds / 10);
        Assert.True(tallies.Sum(tally => tally.Unrecovered) > Seeds / 10);
        Assert.True(tallies.Sum(tally => tally.Recovered) > Seeds);
        Assert.All(tallies, tally => Assert.True(tally.Delivered > 0 && tally.Delivered == tally.Expected - tally.Reported, tally.ToString()));
    }

    // A client that is killed owes only what it had; the rest of its log is not there.
    [Fact]
    public void The_log_of_a_client_may_end_anywhere()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            IReadOnlyList<LogFile> files = GeneratedRun.SeveralFiles(GeneratedRun.Of(seed).Lines);
            LogFile last = files[seed % 5];
            LogFile torn = last with { Records = [.. last.Records.Take(new Random(seed).Next(last.Records.Count))], Torn = true };

            // What it sent has to be known all the same: its log writes that through.
            LogFile kept = last with { Name = "sends", Records = [.. last.Records.Skip(torn.Records.Count).Where(record => record.Kind is RecordKind.Send or RecordKind.Ack)] };
            CheckResult result = DeliveryChecker.Check([.. files.Select(file => file == last ? torn : file), kept]);
            Assert.True(result.Passed, $"seed {seed}: {result.First}");
        }
    }

    [Theory]
    [MemberData(nameof(Mutations))]
    public void A_mutation_is_caught_by_the_invariant_that_it_belongs_to(string name)
    {
        Mutation mutation = Mutation.All.Single(candidate => candidate.Name == name);
        int applied = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            List<(string File, LogRecord Record)> lines = GeneratedRun.Of(seed).Lines;
            if (!mutation.Apply(lines, new Random(seed)))
            {
                continue;
            }

            applied++;
            CheckResult one = DeliveryChecker.Check(GeneratedRun.OneList(lines)), several = DeliveryChecker.Check(GeneratedRun.SeveralFiles(lines));
            Assert.True(one.Violates(mutation.Invariant), $"seed {seed}, one list: {string.Join(" / ", one.Violations)}");
            Assert.True(several.Violates(mutation.Invariant), $"seed {seed}, several files: {string.Join(" / ", several.Violations)}");
        }

        Assert.True(applied >= 20, $"{name} was possible in {applied} runs only");
    }

    public static TheoryData<string> Mutations() => [.. Mutation.All.Select(mutation => mutation.Name)];
}
