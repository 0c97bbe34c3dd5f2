using Realtime.Redis.SocketIO;

namespace Realtime.Redis.Tests.SocketIO;

public sealed class ClassicBackplaneContractTests(RedisFixture redis) : SocketIOBackplaneContract(redis), IClassFixture<RedisFixture>
{
    private protected override SocketIORedisMode Mode => SocketIORedisMode.Classic;

    // Events and what is asked of servers go over channels of their own, which are not ordered among each other.
    protected override bool OrdersAcrossKinds => false;
}
