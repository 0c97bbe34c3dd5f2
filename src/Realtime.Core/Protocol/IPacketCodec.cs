using Realtime.Core.Framing;

namespace Realtime.Core.Protocol;

/// <summary>Turns packets into messages and back. Both sides of a connection must use the same codec: nothing negotiates it.</summary>
/// <remarks>
/// Thread-safe: a codec has no state. Between codecs a payload is always JSON in UTF-8 with placeholders for binary values; a codec whose wire format
/// differs (MessagePack) translates, so that everything above is written once.
/// </remarks>
public interface IPacketCodec
{
    /// <summary>Gets the name of the codec, for logs and options.</summary>
    string Name { get; }

    /// <summary>Reads the first message of a packet. The attachments that it announces come as further binary messages, in order.</summary>
    /// <param name="frame">A message frame.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="packet">The packet. It refers to the bytes of the frame.</param>
    /// <returns><see langword="false"/> when the bytes are no packet. Nothing is thrown, whatever the bytes are.</returns>
    bool TryRead(in Frame frame, PacketLimits limits, out Packet packet);

    /// <summary>Writes a packet with all its attachments as one or more messages.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="output">Where to write.</param>
    void Write(in Packet packet, EncodedPacketWriter output);
}
