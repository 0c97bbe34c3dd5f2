using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Contracts.Transports;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;

namespace TransportTests;

public sealed class TcpTransportTests : TransportContract
{
    protected override Task<ITransportServer> StartAsync(IConnectionHandler handler, Action<ConnectionOptions> configure)
    {
        var options = new ConnectionOptions();
        configure(options);
        var engine = new ConnectionEngine(options, handler, new RealtimeMeter(), NullLogger.Instance, TimeProvider.System);
        return Task.FromResult<ITransportServer>(new TcpServer(engine));
    }

    private sealed class TcpServer : ITransportServer
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly List<Task> _clients = [];

        public TcpServer(ConnectionEngine engine)
        {
            Engine = engine;
            _listener.Start();
        }

        public ConnectionEngine Engine { get; }

        public async Task<ITransportClient> ConnectAsync(CancellationToken cancellationToken)
        {
            var client = new TcpTransportClient(new TcpClient());
            await client.ConnectAsync((IPEndPoint)_listener.LocalEndpoint, cancellationToken);
            _clients.Add(ServeAsync(await _listener.AcceptSocketAsync(cancellationToken)));
            await client.ReceiveAsync(cancellationToken);
            return client;
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            Engine.Stop();
            foreach (Connection connection in Engine.Connections)
            {
                connection.Transport.Abort(); // nobody reads any more
            }

            await Task.WhenAll(_clients);
            Engine.Dispose();
        }

        private async Task ServeAsync(Socket socket)
        {
            using var transport = new TcpTransport.TcpTransport(socket, Engine.Options.MaxMessageBytes);
            Engine.Accept(transport, new BasicHandshake(), connectionId: null, transport.Attach);
            await transport.RunAsync();
        }
    }
}
