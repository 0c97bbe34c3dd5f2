using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;

namespace Realtime.Redis.Tests.Sessions;

public sealed class TwoNodeSessionTakeoverTests(RedisFixture redis) : SessionTakeoverContract, IClassFixture<RedisFixture>
{
    protected override Task<SessionBench> CreateBenchAsync(Action<SessionOptions>? configure = null) => Task.FromResult<SessionBench>(new RedisSessionBench(redis, nodes: 2, configure));
}
