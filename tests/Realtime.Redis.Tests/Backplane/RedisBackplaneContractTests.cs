using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;

namespace Realtime.Redis.Tests.Backplane;

public sealed class RedisBackplaneContractTests(RedisFixture redis) : BackplaneContract, IClassFixture<RedisFixture>
{
    protected override int MaxNodes => 3;

    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes) => RedisNodes.CreateClusterAsync(redis.Configuration, redis.NextPrefix(), nodes);
}
