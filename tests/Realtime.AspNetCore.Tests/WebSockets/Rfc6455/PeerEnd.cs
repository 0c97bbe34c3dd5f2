namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>How the connection looks to the client once the server has handled everything that it sent.</summary>
internal enum PeerEnd
{
    /// <summary>The server waits for more.</summary>
    StillOpen,

    /// <summary>The server has sent a close frame; over a real connection the TCP close follows.</summary>
    CloseFrame,

    /// <summary>The server has closed the connection without a close frame.</summary>
    TcpClose,
}
