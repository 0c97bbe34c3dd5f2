namespace Realtime.Load.Dialects;

internal enum PacketKind
{
    Unknown,

    /// <summary>The server's greeting, to be answered before the connection is ready.</summary>
    Opened,

    /// <summary>The handshake is over.</summary>
    Connected,
    Ping,

    /// <summary>Something that the dialect knows and that no load waits for.</summary>
    Control,
    Ack,
    Event,
}
