namespace Realtime.Core.Framing;

/// <summary>A packet that a newer one of the same key makes worthless. A type of its own, so that other packets carry no key.</summary>
internal sealed class KeyedPacket : EncodedPacket
{
    internal KeyedPacket(byte[] buffer, int start, int length, ConflationKey key)
        : base(buffer, start, length, pooled: true)
    {
        Key = key;
        Shedding = PacketShedding.SameKey;
    }

    internal ConflationKey Key { get; }
}
