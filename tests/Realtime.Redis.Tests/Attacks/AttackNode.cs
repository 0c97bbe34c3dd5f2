using System.Net;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Faults;
using Realtime.Redis.Tests.Servers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>A server of a cluster whose way to Redis can be cut: for all others it has crashed then, although its process goes on.</summary>
/// <remarks>Confined to one test. Its lease is three seconds: nobody waits long for what it had, and a busy machine renews it in time.</remarks>
internal sealed class AttackNode : IAsyncDisposable
{
    private readonly FaultProxy _way;
    private readonly IConnectionMultiplexer _connection;

    private AttackNode(ChatNode chat, FaultProxy way, IConnectionMultiplexer connection) => (Chat, _way, _connection) = (chat, way, connection);

    internal ChatNode Chat { get; }

    internal RealtimeNamespace Space => Chat.Server.Of("/");

    internal static async Task<AttackNode> StartAsync(int redis, string prefix, AttackHandlers handlers, Action<RealtimeOptions>? realtime = null, Action<RedisOptions>? configure = null)
    {
        FaultProxy way = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, redis), new Random(1));
        IConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(way.EndPoint.ToString()); // without a log, which would be full of what is done here on purpose
        ChatNode chat = await ChatNode.StartAsync("", prefix, handlers.Define, realtime: realtime, configure: options =>
        {
            options.ConnectionFactory = () => Task.FromResult(connection);
            options.Backplane.PublishTimeout = TimeSpan.FromSeconds(2);
            options.Sessions.Lease = TimeSpan.FromSeconds(3);
            options.Sessions.LeaseRenewal = TimeSpan.FromMilliseconds(500);
            configure?.Invoke(options);
        });
        return new AttackNode(chat, way, connection);
    }

    /// <summary>Finds the socket of a client.</summary>
    internal RealtimeSocket SocketOf(AttackClient client) => Space.Sockets.Single(socket => socket.Id == client.Sid);

    /// <summary>From now on nothing that it does reaches anybody through Redis.</summary>
    internal void Crash()
    {
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
