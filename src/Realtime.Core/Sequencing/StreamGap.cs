namespace Realtime.Core.Sequencing;

/// <summary>Events of a stream that are lost: nobody can give them any more.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Stream">The opaque id of the stream. It tells streams apart, and nothing else.</param>
/// <param name="From">The number of the first event that is lost.</param>
/// <param name="To">The number of the last one; <see langword="null"/> when something may be lost and nobody knows how much.</param>
public readonly record struct StreamGap(string Stream, long From, long? To);
