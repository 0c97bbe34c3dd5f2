using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;

namespace Realtime.Redis.Tests.Backplane;

public sealed class RedisRoomLogContractTests(RedisFixture redis) : RoomLogContract, IClassFixture<RedisFixture>
{
    protected override int Nodes => 3;

    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes) => RedisNodes.CreateClusterAsync(redis.Configuration, redis.NextPrefix(), nodes, Limits);
}
