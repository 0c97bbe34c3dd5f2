namespace Realtime.Faults;

/// <summary>Counts a fault when it is first felt: a delay of a connection on which nothing is said is none.</summary>
internal sealed class FaultNote(FaultKind kind, FaultCounters counters)
{
    private int _isCounted;

    internal void Felt()
    {
        if (Interlocked.Exchange(ref _isCounted, 1) == 0)
        {
            counters.Count(kind);
        }
    }
}
