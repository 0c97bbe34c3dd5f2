namespace Realtime.Core.Backplane;

/// <summary>A place in the log of a room.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Room">The room.</param>
/// <param name="Stream">The incarnation of its log.</param>
/// <param name="Offset">The number, from 1.</param>
public readonly record struct StreamOffset(string Room, string Stream, long Offset);
