using Realtime.Core.Transports;

namespace Realtime.Client.Transports;

/// <summary>Makes transports over the network.</summary>
internal sealed class NetworkTransportFactory(ServerAddress address, HttpAccess http, int maxMessageBytes) : IClientTransportFactory
{
    public IClientTransport Create(string name, string? connectionId) => name == TransportNames.WebSocket
        ? new WebSocketClientTransport(address.WebSocket(connectionId), http, maxMessageBytes)
        : new PollingClientTransport(address, http, maxMessageBytes);
}
