namespace Realtime.Faults;

/// <summary>Which bytes a fault is for.</summary>
[Flags]
public enum Directions
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>What clients send.</summary>
    ToTarget = 1,

    /// <summary>What the target sends.</summary>
    ToClient = 2,

    /// <summary>All.</summary>
    Both = ToTarget | ToClient,
}
