namespace Realtime.Core.Connections;

/// <summary>Why a connection or a socket ended. A value, not an exception: an end is expected.</summary>
/// <remarks>Immutable. The texts are those that Socket.IO applications compare with.</remarks>
/// <param name="Code">1xxx: the client may come back; 2xxx: it was told to leave; 4xxx: the application's own.</param>
/// <param name="Text">The text that handlers and logs see.</param>
public sealed record CloseReason(int Code, string Text)
{
    /// <summary>Gets the reason of a peer that closed its transport.</summary>
    public static CloseReason TransportClose { get; } = new(1000, "transport close");

    /// <summary>Gets the reason of a transport that failed or was misused.</summary>
    public static CloseReason TransportError { get; } = new(1001, "transport error");

    /// <summary>Gets the reason of a client that did not answer the heartbeat.</summary>
    public static CloseReason PingTimeout { get; } = new(1002, "ping timeout");

    /// <summary>Gets the reason of bytes that are no frame.</summary>
    public static CloseReason ParseError { get; } = new(1003, "parse error");

    /// <summary>Gets the reason of a server that stops.</summary>
    public static CloseReason ServerShuttingDown { get; } = new(1004, "server shutting down");

    /// <summary>Gets the reason of a client that reads too slowly: what it has not read grew beyond the limit.</summary>
    public static CloseReason OutboundOverflow { get; } = new(1005, "outbound buffer full");

    /// <summary>Gets the reason of a connection that the layer above closed, after bytes that are no packet.</summary>
    public static CloseReason ForcedClose { get; } = new(2000, "forced close");

    /// <summary>Gets the reason of a client that broke the order of the protocol, for example by an event for a namespace that it never joined.</summary>
    public static CloseReason ForcedServerClose { get; } = new(2001, "forced server close");

    /// <summary>Gets the reason of a client that left the namespace.</summary>
    public static CloseReason ClientNamespaceDisconnect { get; } = new(2002, "client namespace disconnect");

    /// <summary>Gets the reason of a socket that the server disconnected.</summary>
    public static CloseReason ServerNamespaceDisconnect { get; } = new(2003, "server namespace disconnect");

    /// <summary>Gets the reason of a connection that joined no namespace in time.</summary>
    public static CloseReason ConnectTimeout { get; } = new(2004, "connect timeout");

    /// <summary>Gets the reason of a socket whose ticket has ended and was not renewed in time.</summary>
    public static CloseReason TokenExpired { get; } = new(2010, "token expired");

    /// <summary>Gets the reason of a socket whose token or user was revoked.</summary>
    public static CloseReason TokenRevoked { get; } = new(2011, "token revoked");

    /// <summary>Gets the reason of a socket whose new ticket no longer opens its namespace.</summary>
    public static CloseReason AuthorizationLost { get; } = new(2012, "authorization lost");

    /// <summary>Gets the reason of a connection that was refused too often by rate limits.</summary>
    public static CloseReason RateLimited { get; } = new(2005, "rate limited");

    /// <summary>Gets the reason of the oldest connection of a user who opened one more than allowed.</summary>
    public static CloseReason Replaced { get; } = new(2006, "replaced by a newer connection");

    /// <inheritdoc />
    public override string ToString() => Text;
}
