namespace Realtime.Core.Transports;

/// <summary>The names of the transports that Socket.IO clients know.</summary>
public static class TransportNames
{
    /// <summary>HTTP long-polling.</summary>
    public const string Polling = "polling";

    /// <summary>WebSocket.</summary>
    public const string WebSocket = "websocket";
}
