namespace Realtime.Core.Backplane;

/// <summary>A publication in the log of a room.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Offset">Its number.</param>
/// <param name="Publication">The publication.</param>
/// <param name="Result">All its places, this one among them.</param>
public readonly record struct LogEntry(long Offset, Publication Publication, PublishResult Result);
