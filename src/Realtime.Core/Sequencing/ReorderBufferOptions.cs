namespace Realtime.Core.Sequencing;

/// <summary>How much a <see cref="ReorderBuffer{T}"/> holds, over all streams.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ReorderBufferOptions
{
    /// <summary>Gets the largest number of events that wait for one before them; a gap that waits counts as one.</summary>
    /// <value>Default 1,000: what can come while a hole is being asked for, not a backlog. At least 1.</value>
    public int MaxCount { get; init; } = 1000;

    /// <summary>Gets the largest number of bytes of these events.</summary>
    /// <value>Default 4 MiB: a hole is rare, so it may take memory for a moment, but not all of it.</value>
    public long MaxBytes { get; init; } = 4 * 1024 * 1024;
}
