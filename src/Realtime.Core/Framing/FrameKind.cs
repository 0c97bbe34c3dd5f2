namespace Realtime.Core.Framing;

/// <summary>The kinds of Engine.IO v4 frames. The value is the digit on the wire.</summary>
public enum FrameKind
{
    /// <summary>Server to client, first frame of a connection: <c>0{"sid":…}</c>.</summary>
    Open = 0,

    /// <summary>The sender leaves (polling only).</summary>
    Close = 1,

    /// <summary>Heartbeat question, server to client; with payload <c>probe</c>, client to server on a new transport.</summary>
    Ping = 2,

    /// <summary>Heartbeat answer.</summary>
    Pong = 3,

    /// <summary>Carries a packet of the layer above.</summary>
    Message = 4,

    /// <summary>The client asks to switch to the transport that this frame came on.</summary>
    Upgrade = 5,

    /// <summary>Ends a pending poll during an upgrade.</summary>
    Noop = 6,
}
