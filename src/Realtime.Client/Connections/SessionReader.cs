using Realtime.Client.States;
using Realtime.Client.Transports;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Client.Connections;

/// <summary>The read loop of a session: frames in, packets up.</summary>
/// <remarks>While the owner takes its time, nothing is read: that is the backpressure.</remarks>
internal sealed class SessionReader(EngineSession session, ISessionOwner owner, IClientTransport transport, PacketLimits limits)
{
    private static readonly EncodedPacket s_pong = EncodedPacket.CreateConstant("3"u8);

    private readonly PacketAssembler _assembler = new(JsonPacketCodec.Instance, limits);
    private volatile IClientTransport? _next;

    /// <summary>Sets the transport to go on with when the current one lets the reader go.</summary>
    internal void GoOnWith(IClientTransport next) => _next = next;

    /// <summary>Reads until the session ends.</summary>
    internal async Task RunAsync()
    {
        IClientTransport current = transport;
        while (true)
        {
            if (await current.ReceiveAsync(session.Stopping).ConfigureAwait(false) is { } message)
            {
                await HandleAsync(in message).ConfigureAwait(false);
            }
            else if (_next is { } next && next != current)
            {
                current = next;
            }
            else
            {
                session.End(ClientCloseReason.TransportClose, "The server closed the connection.");
                return;
            }
        }
    }

    private ValueTask HandleAsync(in TransportMessage message)
    {
        if (!FrameReader.TryRead(in message, out Frame frame))
        {
            session.End(ClientCloseReason.ParseError, "A message came that is no frame.");
            return default;
        }

        switch (frame.Kind)
        {
            case FrameKind.Message:
                return HandleMessageAsync(in frame);
            case FrameKind.Ping:
                session.Heartbeat.Restart();
                session.Writer.SendControl(s_pong);
                return default;
            case FrameKind.Close:
                session.End(ClientCloseReason.TransportClose, "The server closed the connection.");
                return default;
            default:
                return default; // open, pong, upgrade, noop: nothing to do on an established session
        }
    }

    private ValueTask HandleMessageAsync(in Frame frame)
    {
        if (!_assembler.TryTake(in frame, out Packet packet, out bool isComplete))
        {
            session.End(ClientCloseReason.ParseError, "A message came that is no packet.");
            return default;
        }

        return isComplete ? owner.OnPacketAsync(session, packet) : default;
    }
}
