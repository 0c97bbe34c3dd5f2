namespace Realtime.AspNetCore.WebSockets;

/// <summary>What <see cref="WebSocketHandshake.Check"/> found, and so which answer the client gets.</summary>
internal enum WebSocketHandshakeOutcome
{
    /// <summary>101, with the accept value.</summary>
    Accepted,

    /// <summary>The request does not ask for a WebSocket over HTTP/1.1; treat it like any other.</summary>
    NotAnUpgrade,

    /// <summary>426, with the header <c>Sec-WebSocket-Version: 13</c> (RFC 6455, section 4.4).</summary>
    UnsupportedVersion,

    /// <summary>400: the key is missing, repeated or not 16 bytes in base64.</summary>
    BadKey,
}
