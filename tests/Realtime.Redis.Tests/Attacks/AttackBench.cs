using Realtime.Contracts;
using Realtime.Core.Hosting;
using Realtime.Redis.Tests.Faults;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>What every test of an attack has: servers of one cluster, and clients, all of which go with the test.</summary>
/// <remarks>Confined to one test.</remarks>
public abstract class AttackBench(RedisFixture redis) : IAsyncLifetime
{
    private readonly string _prefix = redis.NextPrefix();
    private readonly List<AttackNode> _nodes = [];
    private readonly List<AttackClient> _clients = [];
    private readonly List<FaultyChannel> _channels = [];

    private protected AttackHandlers Handlers { get; } = new();

    private protected RedisFixture Redis => redis;

    private protected string Prefix => _prefix;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Handlers.Go.TrySetResult();
        _clients.ForEach(static client => client.Dispose());
        await Task.WhenAll(_nodes.Select(static node => node.DisposeAsync().AsTask())).Within();
        await Task.WhenAll(_channels.Select(static channel => channel.DisposeAsync().AsTask())); // behind the nodes, which would wait for Redis
    }

    private protected async Task<AttackNode> StartAsync(Action<RealtimeOptions>? realtime = null, Action<RedisOptions>? configure = null, int? way = null)
    {
        _nodes.Add(await AttackNode.StartAsync(way ?? redis.Server.Port, redis.Connection.GetDatabase(), _prefix, Handlers, realtime, configure));
        return _nodes[^1];
    }

    /// <summary>Opens a way to Redis on which messages of nodes are lost.</summary>
    /// <returns>Its port.</returns>
    private protected int OpenChannel(ChannelFaults faults)
    {
        _channels.Add(new FaultyChannel(redis.Server.Port, faults));
        return _channels[^1].Port;
    }

    /// <summary>Connects a new client.</summary>
    private protected async Task<AttackClient> ConnectAsync(AttackNode node, string user = "ann", params string[] rooms)
    {
        _clients.Add(new AttackClient(user));
        await (await _clients[^1].ConnectAsync(node)).JoinedAsync();
        if (rooms.Length > 0)
        {
            await node.SocketOf(_clients[^1]).JoinAsync(rooms);
        }

        return _clients[^1];
    }
}
