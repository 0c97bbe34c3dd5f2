using Realtime.Core.Identifiers;

namespace Realtime.Core.Tests.Identifiers;

public sealed class RandomIdTests
{
    [Fact]
    public void It_has_twenty_characters_that_are_safe_in_a_URL() => Assert.Matches("^[A-Za-z0-9_-]{20}$", RandomId.Create());

    [Fact]
    public void Many_are_all_different() => Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(_ => RandomId.Create()).Distinct().Count());

    [Fact]
    public void Every_place_takes_every_one_of_64_characters()
    {
        string[] ids = [.. Enumerable.Range(0, 5_000).Select(_ => RandomId.Create())];

        Assert.All(Enumerable.Range(0, RandomId.Length), place => Assert.Equal(64, ids.Select(id => id[place]).Distinct().Count()));
    }
}
