using Realtime.Contracts.Presence;
using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Presence;

/// <summary>The presence of users in a Redis Cluster.</summary>
#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class ClusterPresenceStoreContractTests(ClusterPresenceStoreContractTests.Cluster cluster) : PresenceStoreContract, IClassFixture<ClusterPresenceStoreContractTests.Cluster>
#pragma warning restore CA1001
{
    private readonly string _prefix = cluster.NextPrefix();
    private ClusterNode _node = null!;

    [Fact]
    public async Task Another_node_reads_and_hears_of_it_and_sweeps_it()
    {
        await using var other = new ClusterNode(cluster.Connection, _prefix);
        int told = 0;
        using IDisposable watching = other.Users.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        await Contracts.Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it listens");
        Volatile.Write(ref told, 0);
        _node.Users.Enter("ann");
        await Contracts.Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it was told");
        Assert.Equal(["ann"], (await other.Users.ReadAsync()).Users);

        await _node.ExpireAsync();
        await other.WorkAsync();
        Assert.Empty((await other.Users.ReadAsync()).Users);
    }

    protected override Task<PresenceNode> CreateNodeAsync()
    {
        _node = new ClusterNode(cluster.Connection, _prefix);
        return Task.FromResult(_node.Users);
    }

    public override async Task DisposeAsync() => await _node.DisposeAsync();

    /// <summary>A cluster for the tests of the class.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        private RedisCluster _servers = null!;
        private int _prefixes;

        internal ConnectionMultiplexer Connection { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _servers = await RedisCluster.StartAsync(nodeTimeout: 30_000);
            Connection = await ConnectionMultiplexer.ConnectAsync(_servers.Configuration + RedisFixture.Patience);
        }

        public async Task DisposeAsync()
        {
            await Connection.DisposeAsync();
            await _servers.DisposeAsync();
        }

        internal string NextPrefix() => $"t{Interlocked.Increment(ref _prefixes)}";
    }
}
