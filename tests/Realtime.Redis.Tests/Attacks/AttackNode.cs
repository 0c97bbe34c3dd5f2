using System.Net;
using Realtime.Contracts;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Faults;
using Realtime.Redis.Tests.Servers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>A server of a cluster whose way to Redis can be cut: for all others it has crashed then, although its process goes on.</summary>
/// <remarks>Confined to one test. Its lease is long, since a busy machine is to hold it, and ends when it crashes.</remarks>
internal sealed class AttackNode : IAsyncDisposable
{
    private readonly FaultProxy _way;
    private readonly IConnectionMultiplexer _connection;
    private readonly RedisOptions _options;
    private readonly IDatabase _redis;

    private AttackNode(ChatNode chat, FaultProxy way, IConnectionMultiplexer connection, RedisOptions options, IDatabase redis) =>
        (Chat, _way, _connection, _options, _redis) = (chat, way, connection, options, redis);

    internal ChatNode Chat { get; }

    internal RealtimeNamespace Space => Chat.Server.Of("/");

    internal static async Task<AttackNode> StartAsync(int way, IDatabase redis, string prefix, AttackHandlers handlers, Action<RealtimeOptions>? realtime = null, Action<RedisOptions>? configure = null)
    {
        FaultProxy proxy = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, way), new Random(1));
        IConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(proxy.EndPoint + RedisFixture.PatientCalls); // without a log, which would be full of what is done here on purpose
        RedisOptions kept = null!;
        ChatNode chat = await ChatNode.StartAsync("", prefix, handlers.Define, realtime: realtime, configure: options =>
        {
            options.ConnectionFactory = () => Task.FromResult(connection);
            options.Backplane.PublishTimeout = Bounded.Limit;
            options.Sessions.Lease = TimeSpan.FromMinutes(10);
            options.Sessions.LeaseRenewal = TimeSpan.FromMilliseconds(500);
            configure?.Invoke(options);
            kept = options;
        });
        return new AttackNode(chat, proxy, connection, kept, redis);
    }

    /// <summary>Finds the socket of a client.</summary>
    internal RealtimeSocket SocketOf(AttackClient client) => Space.Sockets.Single(socket => socket.Id == client.Sid);

    /// <summary>From now on nothing that it does reaches anybody through Redis, and its lease is over.</summary>
    internal async Task CrashAsync()
    {
        string incarnation = Chat.Lease.Certain ?? throw new InvalidOperationException("It has no lease.");
        Lose();
        Assert.True(await _redis.KeyDeleteAsync($"{_options.KeyPrefix}:lease:{incarnation}")); // as Redis does by itself in time, for which nobody waits here
    }

    /// <summary>As <see cref="CrashAsync"/>, but its lease ends in time.</summary>
    internal void Lose()
    {
        _options.Backplane.PublishTimeout = TimeSpan.FromSeconds(2); // it is read at each call, and nothing takes what is published here
        _way.StopListening();
        _way.ApplyToAll(Fault.Reset);
    }

    public async ValueTask DisposeAsync()
    {
        _way.StartListening(); // so that it stops in order, and soon
        await Chat.DisposeAsync();
        await _connection.DisposeAsync();
        await _way.DisposeAsync();
    }
}
