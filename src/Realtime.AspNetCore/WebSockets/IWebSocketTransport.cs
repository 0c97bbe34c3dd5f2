using Realtime.Core.Transports;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A WebSocket that has been accepted and is to be served.</summary>
internal interface IWebSocketTransport : ITransport
{
    /// <summary>Serves it until either side ends it.</summary>
    /// <param name="receiver">Told of what arrives.</param>
    /// <returns>A task that completes when the web server may have its connection back.</returns>
    Task RunAsync(ITransportReceiver receiver);
}
