using Realtime.Redis.SocketIO;

namespace Realtime.Redis.Tests.SocketIO;

public sealed class ShardedBackplaneContractTests(RedisFixture redis) : SocketIOBackplaneContract(redis), IClassFixture<RedisFixture>
{
    private protected override SocketIORedisMode Mode => SocketIORedisMode.Sharded;
}
