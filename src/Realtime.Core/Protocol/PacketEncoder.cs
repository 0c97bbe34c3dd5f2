using Realtime.Core.Framing;

namespace Realtime.Core.Protocol;

/// <summary>Encodes packets with any codec.</summary>
public static class PacketEncoder
{
    /// <summary>Encodes a packet.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="compress">Whether transports that can compress should do so.</param>
    /// <returns>The bytes; the caller owns them.</returns>
    public static EncodedPacket Encode(IPacketCodec codec, in Packet packet, bool compress = true) => Encode(codec, in packet, compress, default);

    /// <summary>Encodes a packet that may be dropped when it has to wait.</summary>
    internal static EncodedPacket Encode(IPacketCodec codec, in Packet packet, bool compress, in SheddingRule rule)
    {
        ArgumentNullException.ThrowIfNull(codec);
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        try
        {
            codec.Write(in packet, output);
        }
        catch
        {
            output.Abandon();
            throw;
        }

        return output.Build(compress, in rule);
    }
}
