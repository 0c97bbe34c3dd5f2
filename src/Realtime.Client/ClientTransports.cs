namespace Realtime.Client;

/// <summary>How a client reaches its server.</summary>
public enum ClientTransports
{
    /// <summary>WebSocket, and long-polling (with an upgrade) where WebSockets do not get through. What worked last is tried first.</summary>
    Automatic,

    /// <summary>WebSocket only.</summary>
    WebSocket,

    /// <summary>HTTP long-polling only.</summary>
    Polling,

    /// <summary>HTTP long-polling first, then an upgrade to WebSocket if the server offers it: what the official client does. After a successful upgrade the next connection begins with WebSocket.</summary>
    PollingWithUpgrade,
}
