using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>Engine.IO v4: frames with a digit, an open frame, pings of its own.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class EngineIoProtocol : WireProtocol
{
    internal override bool TryRead(in TransportMessage message, out Frame frame) => FrameReader.TryRead(in message, out frame);

    internal override void Greet(Connection connection)
    {
        ConnectionOptions options = connection.Engine.Options;
        bool canUpgrade = options.AllowUpgrades && connection.Transport.Name == TransportNames.Polling && options.Transports.Contains(TransportNames.WebSocket);
        string[] upgrades = canUpgrade ? [TransportNames.WebSocket] : [];
        EncodedPacket open = new HandshakeInfo(connection.Id, upgrades, options.Heartbeat.Interval, options.Heartbeat.Timeout, options.MaxMessageBytes).Encode();
        connection.Send(open);
        open.Release();
    }

    internal override bool TryPing(OutboundQueue outbound)
    {
        outbound.Send(Frames.Ping);
        return true;
    }
}
