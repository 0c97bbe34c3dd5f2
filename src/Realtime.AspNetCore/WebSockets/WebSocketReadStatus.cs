namespace Realtime.AspNetCore.WebSockets;

/// <summary>How one <see cref="WebSocketFrameReader.Read"/> ended.</summary>
internal enum WebSocketReadStatus : byte
{
    /// <summary>No whole message is left in the bytes; read again when more have arrived.</summary>
    NeedMore,

    /// <summary>A message or a control frame was read; there may be more in the rest of the bytes.</summary>
    Message,

    /// <summary>The client broke the protocol or a limit: send a close frame with the violation's code and close the connection.</summary>
    Error,

    /// <summary>A close frame or an error came before these bytes, so they are dropped unread (RFC 6455, sections 5.5.1 and 7.1.7).</summary>
    Ended,
}
