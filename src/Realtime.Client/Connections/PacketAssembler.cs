using Realtime.Core.Framing;
using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>Turns message frames into packets: joins a header with the attachments that follow it.</summary>
/// <remarks>Confined to the read loop.</remarks>
internal sealed class PacketAssembler(IPacketCodec codec, PacketLimits limits)
{
    private PartialPacket? _partial;

    /// <summary>Takes a message frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="packet">The packet, when one is complete.</param>
    /// <param name="isComplete">Whether one is.</param>
    /// <returns><see langword="false"/> when the frame is no packet and no attachment that was announced.</returns>
    internal bool TryTake(in Frame frame, out Packet packet, out bool isComplete)
    {
        packet = default;
        isComplete = false;
        if (_partial is not null)
        {
            if (!frame.IsBinary)
            {
                return false;
            }

            isComplete = _partial.TryComplete(frame.Payload, out packet);
            _partial = isComplete ? null : _partial;
            return true;
        }

        if (!codec.TryRead(in frame, limits, out packet))
        {
            return false;
        }

        if (packet.AttachmentCount > 0 && packet.Attachments is null)
        {
            _partial = new PartialPacket(in packet);
            return true;
        }

        isComplete = true;
        return true;
    }
}
