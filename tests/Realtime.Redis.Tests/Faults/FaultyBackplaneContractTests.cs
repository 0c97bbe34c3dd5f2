using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;

namespace Realtime.Redis.Tests.Faults;

/// <summary>What is numbered arrives once and in order although the channels of all nodes lose, double and delay messages.</summary>
#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class FaultyBackplaneContractTests(RedisFixture redis) : BackplaneContract, IClassFixture<RedisFixture>, IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly FaultyNodes _nodes = new();

    protected override int MaxNodes => 3;

    protected override bool IsLossy => true;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes) => _nodes.CreateClusterAsync(redis, nodes);

    [Fact]
    public async Task The_faults_that_are_promised_happen()
    {
        await Many_threads_may_publish();

        Assert.All([Fate.Lost, Fate.Doubled, Fate.Late], fate => Assert.NotEqual(0, _nodes.Count(fate)));
    }
}
