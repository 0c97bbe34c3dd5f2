namespace KestrelWebSocketsPeer;

internal enum PacketKind
{
    Unknown,
    Pong,
    Connect,
    Echo,
    Publish,
}
