using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Realtime.Core.Connections;
using Realtime.Core.Hosting;

namespace TcpTransport;

/// <summary>Listens on a port and gives every client to the server. Register it as a hosted service.</summary>
public sealed class TcpTransportService(IRealtimeServer server, IPEndPoint address) : BackgroundService
{
    private readonly TcpListener _listener = new(address);

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(stoppingToken).ConfigureAwait(false);
                clients.RemoveAll(static client => client.IsCompleted);
                clients.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            _listener.Stop();
            await Task.WhenAll(clients).ConfigureAwait(false); // the server closes them as it stops
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var transport = new TcpTransport(socket, server.Options.Connections.MaxMessageBytes);
        var handshake = new BasicHandshake { Address = socket.RemoteEndPoint?.ToString() ?? "", Time = TimeProvider.System.GetUtcNow() };
        server.Engine.Accept(transport, handshake, connectionId: null, transport.Attach);
        await transport.RunAsync().ConfigureAwait(false);
    }
}
