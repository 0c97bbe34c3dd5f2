using Realtime.Core.Framing;

namespace Realtime.Core.Connections;

/// <summary>The frames that are the same for everybody.</summary>
internal static class Frames
{
    internal static EncodedPacket Ping { get; } = EncodedPacket.CreateConstant("2"u8);

    internal static EncodedPacket ProbePong { get; } = EncodedPacket.CreateConstant("3probe"u8);

    /// <summary>Gets the ping of WebSockets itself: a control frame without a payload.</summary>
    internal static EncodedPacket WebSocketPing { get; } = EncodedPacket.CreateControl(WebSocketOpcode.Ping);

    internal static EncodedPacket Noop { get; } = EncodedPacket.CreateConstant("6"u8);
}
