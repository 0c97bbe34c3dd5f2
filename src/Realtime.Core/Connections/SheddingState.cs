using Realtime.Core.Framing;

namespace Realtime.Core.Connections;

/// <summary>Where <see cref="WaitingPackets"/> has got to with dropping. Exists only under pressure.</summary>
/// <remarks>Guarded by the gate of its queue. Places are indices into the packets that wait.</remarks>
internal sealed class SheddingState
{
    /// <summary>The place of the first packet; what is before has been handed over.</summary>
    internal int Head;

    /// <summary>How many places behind the head are empty because a packet was dropped.</summary>
    internal int Holes;

    /// <summary>Before this place no volatile packet waits.</summary>
    internal int NextVolatile;

    /// <summary>Before this place no packet waits that is dropped as the oldest.</summary>
    internal int NextOldest;

    /// <summary>The place of the newest packet of each key. May name places that are empty by now.</summary>
    internal Dictionary<ConflationKey, int>? Keys;

    internal void Restart()
    {
        Head = Holes = NextVolatile = NextOldest = 0;
        Keys?.Clear();
    }
}
