namespace Realtime.Faults;

/// <summary>What a <see cref="FaultProxy"/> can do to those who speak through it.</summary>
public enum FaultKind
{
    /// <summary>Both sides are closed in order: each reads what was forwarded before, then the end.</summary>
    Cut,

    /// <summary>Both sides are reset.</summary>
    Reset,

    /// <summary>Bytes are held back for a time, then go on in their order.</summary>
    Delay,

    /// <summary>Nothing goes on any more, not even the end, and neither side is told.</summary>
    HalfOpen,

    /// <summary>A few bytes at a time go on, for a while.</summary>
    Trickle,

    /// <summary>The client sees the end, while the target still has the connection, and gets the client's last bytes late.</summary>
    Orphan,

    /// <summary>A new connection is accepted and closed at once.</summary>
    Refuse,

    /// <summary>Nobody listens: connections are refused by the operating system.</summary>
    Down,
}
