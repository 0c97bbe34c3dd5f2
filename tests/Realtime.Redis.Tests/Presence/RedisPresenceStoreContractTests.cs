using Realtime.Contracts.Presence;

namespace Realtime.Redis.Tests.Presence;

#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class RedisPresenceStoreContractTests(RedisFixture redis) : PresenceStoreContract, IClassFixture<RedisFixture>
#pragma warning restore CA1001
{
    private ClusterNode _node = null!;

    protected override Task<PresenceNode> CreateNodeAsync()
    {
        _node = new ClusterNode(redis.Connection, redis.NextPrefix());
        return Task.FromResult(_node.Users);
    }

    public override async Task DisposeAsync() => await _node.DisposeAsync();
}
