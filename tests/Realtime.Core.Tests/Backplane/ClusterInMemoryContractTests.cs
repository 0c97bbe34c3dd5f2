using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;

namespace Realtime.Core.Tests.Backplane;

public sealed class ClusterInMemoryContractTests : BackplaneContract
{
    protected override int MaxNodes => 3;

    protected override bool Numbers => false;

    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes)
    {
        var cluster = new List<ClusterInMemory>();
        cluster.AddRange(Enumerable.Range(0, nodes).Select(_ => new ClusterInMemory(cluster)));
        return Task.FromResult<IReadOnlyList<IBackplane>>(cluster);
    }
}
