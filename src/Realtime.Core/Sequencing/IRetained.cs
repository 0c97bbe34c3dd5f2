namespace Realtime.Core.Sequencing;

/// <summary>A log as its budget sees it.</summary>
internal interface IRetained
{
    /// <summary>Gets the offset of the oldest entry that is kept; the one behind the head when there is none.</summary>
    long First { get; }

    /// <summary>Drops the entries up to an offset, but never the newest one.</summary>
    void DropThrough(long offset);
}
