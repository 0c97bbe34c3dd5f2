using Realtime.Core.Framing;

namespace Realtime.Core.Protocol.Raw;

/// <summary>The codec of the raw WebSocket protocol: one JSON object per packet, or one binary message that carries it with its attachments.</summary>
/// <remarks>Thread-safe: it has no state.</remarks>
public sealed class RawPacketCodec : IPacketCodec
{
    private RawPacketCodec()
    {
    }

    /// <summary>Gets the codec.</summary>
    public static RawPacketCodec Instance { get; } = new();

    /// <inheritdoc />
    public string Name => "raw";

    /// <inheritdoc />
    public bool TryRead(in Frame frame, PacketLimits limits, out Packet packet)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return RawPacketReader.Read(in frame, limits, out packet) is null;
    }

    /// <inheritdoc />
    public void Write(in Packet packet, EncodedPacketWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        RawPacketWriter.Write(in packet, output);
    }
}
