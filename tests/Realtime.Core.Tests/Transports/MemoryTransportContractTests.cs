using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Contracts.Transports;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Transports;

public sealed class MemoryTransportContractTests : TransportContract
{
    protected override Task<ITransportServer> StartAsync(IConnectionHandler handler, Action<ConnectionOptions> configure)
    {
        var options = new ConnectionOptions();
        configure(options);
        var engine = new ConnectionEngine(options, handler, new RealtimeMeter(), NullLogger.Instance, TimeProvider.System);
        return Task.FromResult<ITransportServer>(new Server(engine));
    }

    private sealed class Server(ConnectionEngine engine) : ITransportServer
    {
        public ConnectionEngine Engine => engine;

        public async Task<ITransportClient> ConnectAsync(CancellationToken cancellationToken)
        {
            MemoryPeer peer = MemoryTransport.CreatePair();
            engine.Accept(peer.Transport, new BasicHandshake(), attach: peer.Start);
            await peer.ReceiveAsync(cancellationToken);
            return new Client(peer);
        }

        public ValueTask DisposeAsync()
        {
            engine.Stop();
            engine.Dispose();
            return default;
        }
    }

    private sealed class Client(MemoryPeer peer) : ITransportClient
    {
        public Task SendAsync(EncodedMessage message, CancellationToken cancellationToken)
        {
            peer.Send(message);
            return Task.CompletedTask;
        }

        public async Task<EncodedMessage?> ReceiveAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await peer.ReceiveAsync(cancellationToken);
            }
            catch (ChannelClosedException)
            {
                return null;
            }
        }

        public void Pause() => peer.Pause();

        public void Resume() => peer.Resume();

        public Task LeaveAsync(CancellationToken cancellationToken)
        {
            peer.Close();
            return Task.CompletedTask;
        }

        public void Cut() => peer.Close(new TransportException("cut"));

        public ValueTask DisposeAsync()
        {
            peer.Close();
            return default;
        }
    }
}
