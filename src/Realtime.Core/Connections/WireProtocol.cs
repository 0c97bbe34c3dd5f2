using Realtime.Core.Framing;
using Realtime.Core.Protocol;

namespace Realtime.Core.Connections;

/// <summary>What a client speaks on its transport: how messages become frames, how packets are encoded, how both sides find out that the other is gone.</summary>
/// <remarks>Immutable. A closed set: Engine.IO with Socket.IO in it, and the raw WebSocket protocol. Everything above a connection is the same for both.</remarks>
public abstract class WireProtocol
{
    private protected WireProtocol()
    {
    }

    /// <summary>Gets Engine.IO v4, with the codec of the server: what every Socket.IO client speaks.</summary>
    public static WireProtocol EngineIo { get; } = new EngineIoProtocol();

    /// <summary>Gets the raw WebSocket protocol, where the server sends the pings of WebSockets.</summary>
    public static WireProtocol RawWebSocket { get; } = new RawWebSocketProtocol(pings: true);

    /// <summary>Gets the raw WebSocket protocol on a transport that finds out by itself that its peer is gone.</summary>
    public static WireProtocol RawWebSocketWithoutPings { get; } = new RawWebSocketProtocol(pings: false);

    /// <summary>Gets the codec of the protocol; <see langword="null"/> leaves it to the options of the server.</summary>
    internal virtual IPacketCodec? Codec => null;

    /// <summary>Gets a value indicating whether the first message has to authenticate the client, which <see cref="ConnectionOptions.AuthenticationTimeout"/> bounds.</summary>
    internal virtual bool AuthenticatesFirst => false;

    /// <summary>Gets a value indicating whether the pongs of the transport itself answer the heartbeat.</summary>
    internal virtual bool TakesPongsOfTransport => false;

    /// <summary>Reads a message of a transport as a frame.</summary>
    internal abstract bool TryRead(in TransportMessage message, out Frame frame);

    /// <summary>Sends what a client gets first.</summary>
    internal virtual void Greet(Connection connection)
    {
    }

    /// <summary>Asks the client whether it is there.</summary>
    /// <returns><see langword="false"/> when the transport does so by itself.</returns>
    internal abstract bool TryPing(OutboundQueue outbound);

    /// <summary>Tells what is wrong with a message that the codec did not accept.</summary>
    internal virtual string? FindFault(in Frame frame, PacketLimits limits) => null;

    /// <summary>Tells a client how it broke the protocol, where the protocol has a form for it. The connection is closed next.</summary>
    internal virtual void Explain(OutboundQueue outbound, string violation)
    {
    }

    /// <summary>Tells a client that its connection is closed by this side, where the protocol has a form for it.</summary>
    internal virtual void SayFarewell(OutboundQueue outbound, CloseReason reason)
    {
    }
}
