using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts;

namespace Realtime.Faults.Tests;

/// <summary>A target, a proxy before it on virtual time, and the real sockets of clients.</summary>
internal sealed class Scene : IAsyncDisposable
{
    private readonly TcpListener _target = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];

    private Scene(int seed)
    {
        _target.Start();
        Proxy = FaultProxy.Start(_target.LocalEndpoint, new Random(seed), Time);
    }

    internal FaultProxy Proxy { get; }

    internal FakeTimeProvider Time { get; } = new();

    internal static Scene Open(int seed = 1) => new(seed);

    /// <summary>Connects a client and gives it with the socket that the target has for it.</summary>
    internal async Task<(Socket Client, Socket Target)> ConnectAsync()
    {
        Socket client = await DialAsync();
        Socket target = await _target.AcceptSocketAsync(Bounded.Token());
        _sockets.Add(target);

        // The proxy knows that it has reached the target once bytes have passed.
        await client.SayAsync("!");
        Assert.Equal("!", await target.HearAsync(1));
        return (client, target);
    }

    internal async Task<Socket> DialAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _sockets.Add(client);
        await client.ConnectAsync(Proxy.EndPoint, Bounded.Token());
        return client;
    }

    internal void StopTarget() => _target.Stop();

    internal Task FeltAsync(FaultKind kind, long times = 1) => Bounded.UntilAsync(() => Proxy.Faults[kind] == times, $"{kind} was felt {times} times");

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync().AsTask().Within();
        _sockets.ForEach(static socket => socket.Dispose());
        _target.Dispose();
        Assert.Equal((0, 0, 0), (Proxy.LiveConnections, Proxy.LiveSockets, Proxy.LiveTasks));
    }
}
