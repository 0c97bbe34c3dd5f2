namespace Realtime.Core.Sequencing;

/// <summary>What a <see cref="ReorderBuffer{T}"/> did with what it was given.</summary>
public enum ReorderOutcome
{
    /// <summary>Taken: it may be the next one, or it is held until what is missing before it has come.</summary>
    Taken,

    /// <summary>Dropped: it has been handed over or skipped already, or is held already.</summary>
    Duplicate,

    /// <summary>Not taken: as much is held as may be.</summary>
    Full,

    /// <summary>Not taken: the stream was not announced.</summary>
    UnknownStream,
}
