namespace Realtime.Core.Framing;

/// <summary>What may become of a packet that has to wait, and the key that it goes by.</summary>
/// <remarks>Immutable.</remarks>
internal readonly record struct SheddingRule(PacketShedding Shedding, ConflationKey Key);
