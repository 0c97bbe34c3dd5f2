namespace Realtime.Core.Rooms;

/// <summary>How publications to large rooms are spread over time and cores.</summary>
public sealed class FanOutOptions
{
    /// <summary>Gets or sets the number of members up to which a room is served on the thread that publishes.</summary>
    /// <value>
    /// Default 2,048: about 12 ms of system calls. Beyond it the room is served in batches of this size in the background, so that other rooms and the
    /// publisher's own connection do not wait for it; an awaited emit still completes when all members have been served.
    /// </value>
    public int BatchSize { get; set; } = 2048;

    /// <summary>Gets or sets how many batches of one large room are served at once.</summary>
    /// <value>Default 0: one less than the number of processors, and at least one.</value>
    public int MaxParallelBatches { get; set; }
}
