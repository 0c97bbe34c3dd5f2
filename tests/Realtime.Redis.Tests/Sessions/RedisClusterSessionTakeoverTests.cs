using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;

namespace Realtime.Redis.Tests.Sessions;

[Collection(RedisClusterGroup.Name)]
public sealed class RedisClusterSessionTakeoverTests(RedisClusterFixture redis) : SessionTakeoverContract
{
    protected override Task<SessionBench> CreateBenchAsync(Action<SessionOptions>? configure = null) =>
        Task.FromResult<SessionBench>(new RedisSessionBench(redis.Connection, redis.NextPrefix(), nodes: 2, configure));
}
