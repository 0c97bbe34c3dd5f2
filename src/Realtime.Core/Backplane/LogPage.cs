using Realtime.Core.Sequencing;

namespace Realtime.Core.Backplane;

/// <summary>A part of the log of a room.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Head">The stream that the log has now, and its last number. Another stream than was asked for: that one is gone, and nobody knows what came behind the position.</param>
/// <param name="Entries">What is kept behind the position, in order and without a hole; of another stream, from its beginning.</param>
public sealed record LogPage(StreamPosition Head, IReadOnlyList<LogEntry> Entries)
{
    /// <summary>
    /// Gets where the stream that was asked for has ended, when it is known how it goes on; <see langword="null"/> of the stream that the log has now, and of one that is unknown. The entries are
    /// of the stream that was asked for.
    /// </summary>
    public EndedStream? Ended { get; init; }

    /// <summary>Gets the last number behind the position that is not kept any more; 0 when nothing is missing. The entries begin behind it.</summary>
    public long LostThrough { get; init; }
}
