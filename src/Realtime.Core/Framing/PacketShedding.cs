namespace Realtime.Core.Framing;

/// <summary>What may become of a packet that has to wait because its client is behind.</summary>
internal enum PacketShedding : byte
{
    /// <summary>It is kept: acknowledgements, control packets, pings, events that ask for an answer, and everything of a namespace that closes slow clients.</summary>
    Never,

    /// <summary>It is dropped before anything else when room is needed.</summary>
    Volatile,

    /// <summary>It is dropped, the oldest first, when room is needed.</summary>
    Oldest,

    /// <summary>It is dropped when a newer one of its key has to wait. It is a <see cref="KeyedPacket"/>.</summary>
    SameKey,
}
