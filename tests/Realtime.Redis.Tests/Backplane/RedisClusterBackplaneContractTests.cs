using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;

namespace Realtime.Redis.Tests.Backplane;

[Collection(RedisClusterGroup.Name)]
public sealed class RedisClusterBackplaneContractTests(RedisClusterFixture redis) : BackplaneContract
{
    protected override int MaxNodes => 3;

    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes) => RedisNodes.CreateClusterAsync(redis.Configuration, redis.NextPrefix(), nodes);
}
