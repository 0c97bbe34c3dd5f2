namespace Realtime.Client.States;

/// <summary>Why a namespace or its connection ended, or why an attempt failed.</summary>
public enum ClientCloseReason
{
    /// <summary>The server or the network closed the connection.</summary>
    TransportClose,

    /// <summary>The connection broke, or could not be made.</summary>
    TransportError,

    /// <summary>No ping came within the time that the server had promised.</summary>
    PingTimeout,

    /// <summary>Something came that is no packet.</summary>
    ParseError,

    /// <summary>The attempt took longer than <see cref="RealtimeClientOptions.ConnectTimeout"/>.</summary>
    ConnectTimeout,

    /// <summary>The server answered the handshake with 401 or 403.</summary>
    Forbidden,

    /// <summary>The server refused the namespace, for good.</summary>
    Refused,

    /// <summary>The server refused the namespace for now: a limit is reached.</summary>
    RefusedForNow,

    /// <summary>The callback that gives the <c>auth</c> object threw.</summary>
    AuthFailed,

    /// <summary>The server disconnected the namespace.</summary>
    ServerDisconnect,

    /// <summary>The server disconnected the namespace because the token has expired or was revoked.</summary>
    TokenEnded,

    /// <summary>The application disconnected.</summary>
    ClientDisconnect,
}
