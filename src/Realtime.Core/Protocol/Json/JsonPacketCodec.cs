using Realtime.Core.Framing;

namespace Realtime.Core.Protocol.Json;

/// <summary>The default codec of Socket.IO: a text message with JSON, and one binary message for each attachment.</summary>
/// <remarks>Thread-safe: it has no state.</remarks>
public sealed class JsonPacketCodec : IPacketCodec
{
    private JsonPacketCodec()
    {
    }

    /// <summary>Gets the codec.</summary>
    public static JsonPacketCodec Instance { get; } = new();

    /// <inheritdoc />
    public string Name => "json";

    /// <inheritdoc />
    public bool TryRead(in Frame frame, PacketLimits limits, out Packet packet)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return JsonPacketReader.TryRead(in frame, limits, out packet);
    }

    /// <inheritdoc />
    public void Write(in Packet packet, EncodedPacketWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        JsonPacketWriter.Write(in packet, output);
    }
}
