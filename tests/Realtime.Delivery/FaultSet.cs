namespace Realtime.Delivery;

/// <summary>The faults that a run makes.</summary>
[Flags]
internal enum FaultSet
{
    None = 0,

    /// <summary>Connections end at a random byte.</summary>
    Cut = 1,

    /// <summary>Connections are reset.</summary>
    Reset = 2,

    /// <summary>Connections carry nothing any more, and nobody is told.</summary>
    HalfOpen = 4,

    /// <summary>Bytes come late.</summary>
    Delay = 8,

    /// <summary>Bytes come a few at a time.</summary>
    Trickle = 16,

    /// <summary>The client is cut off and comes back, while its connection before still stands at the server and its last bytes arrive late.</summary>
    Orphan = 32,

    /// <summary>Nobody can connect for longer than rooms remember: gaps are reported.</summary>
    Blackout = 64,

    /// <summary>The server stops in order and starts again, without its memory.</summary>
    Restart = 128,

    /// <summary>The server is killed and starts again.</summary>
    Kill = 256,

    /// <summary>Packets are lost in the kernel.</summary>
    Loss = 512,

    /// <summary>The network is narrow, in the kernel.</summary>
    Narrow = 1024,

    All = 2047,
}

/// <summary>Reads what is asked for.</summary>
internal static class FaultSets
{
    /// <summary>What ends connections of sessions that live on.</summary>
    internal const FaultSet Breaking = FaultSet.Cut | FaultSet.Reset | FaultSet.HalfOpen | FaultSet.Orphan | FaultSet.Blackout;

    internal static FaultSet Parse(string text) => Enum.Parse<FaultSet>(text, ignoreCase: true);
}
