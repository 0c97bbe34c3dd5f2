namespace Realtime.Core.Backplane;

/// <summary>Where a stream has ended that goes on as another one, for example because a server that took over the log counts anew.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Last">The last number of the stream that the log has kept. Whoever has more of it than that has lost something that was never kept.</param>
/// <param name="Next">The stream that goes on behind it, from 1.</param>
public readonly record struct EndedStream(long Last, string Next);
