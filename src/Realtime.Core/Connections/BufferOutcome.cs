namespace Realtime.Core.Connections;

/// <summary>What became of a packet that had to wait.</summary>
internal enum BufferOutcome
{
    /// <summary>It waits.</summary>
    Added,

    /// <summary>There was no room, and it may be dropped.</summary>
    Dropped,

    /// <summary>There was no room, and it may not be dropped: the connection cannot go on.</summary>
    Overflow,
}
