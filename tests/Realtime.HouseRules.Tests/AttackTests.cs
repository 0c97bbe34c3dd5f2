using System.Text.RegularExpressions;

namespace Realtime.HouseRules.Tests;

/// <summary>Every attack on delivery is made by tests, which the page of attacks names.</summary>
public sealed partial class AttackTests
{
    private static readonly string s_page = Repository.Read("docs/attacks.md");

    private static readonly string[] s_tests = [.. Repository.Tracked.Where(static file => file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))];

    [Fact]
    public void Every_attack_has_a_test()
    {
        IEnumerable<string> expected = Enumerable.Range(1, 20).Select(static i => $"B{i}").Concat(Enumerable.Range(1, 6).Select(static i => $"S{i}"));

        Assert.Equal(expected, Row().Matches(s_page).Where(static row => Named().IsMatch(row.Value)).Select(static row => row.Groups["id"].Value));
    }

    [Fact]
    public void Every_test_that_is_named_exists() =>
        Assert.Equal([], Named().Matches(s_page).Where(static name => !Exists(name.Groups["type"].Value, name.Groups["test"].Value)).Select(static name => name.Value));

    [Fact]
    public void Every_test_that_is_named_after_an_attack_is_on_the_page() =>
        Assert.Equal([], s_tests.SelectMany(static file => Attack().Matches(Repository.Read(file))).Select(static test => test.Groups["test"].Value).Where(static test => !s_page.Contains(test + '`', StringComparison.Ordinal)));

    private static bool Exists(string type, string test) =>
        s_tests.Any(file => file.EndsWith($"/{type}.cs", StringComparison.Ordinal) && Repository.Read(file).Contains($" {test}(", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| (?<id>[BS]\d+) \|.*$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>\w+)\.(?<test>\w+_\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (?<test>[BS]\d+_\w+)\(")]
    private static partial Regex Attack();
}
