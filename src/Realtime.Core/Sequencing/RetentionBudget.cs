namespace Realtime.Core.Sequencing;

/// <summary>The bytes that all logs of a node hold together. Beyond the limit the oldest entries of all go first.</summary>
/// <remarks>
/// Confined to whoever appends: the caller makes sure that one thread at a time uses a budget and its logs. It marks every entry in order of time; marks of entries that
/// their own log has dropped are swept before they outnumber those that are kept, so that a quiet room at the front holds nothing up.
/// </remarks>
internal sealed class RetentionBudget(long maxBytes)
{
    private const int FewMarks = 1024; // below it a sweep is not worth its while
    private readonly Queue<(IRetained Log, long Offset)> _marks = new();
    private int _entries;

    /// <summary>Gets what the logs hold.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Gets the number of marks: at most twice the entries that are kept, and some.</summary>
    internal int Marks => _marks.Count;

    internal void Add(IRetained log, long offset, int bytes)
    {
        Bytes += bytes;
        _entries++;
        _marks.Enqueue((log, offset));
        while (Bytes > maxBytes && _marks.TryDequeue(out (IRetained Log, long Offset) oldest))
        {
            oldest.Log.DropThrough(oldest.Offset);
        }

        if (_marks.Count > (2 * _entries) + FewMarks)
        {
            Sweep();
        }
    }

    /// <summary>A log has dropped an entry.</summary>
    internal void Remove(long bytes)
    {
        Bytes -= bytes;
        _entries--;
    }

    private void Sweep()
    {
        for (int left = _marks.Count; left > 0; left--)
        {
            (IRetained Log, long Offset) mark = _marks.Dequeue();
            if (mark.Log.First <= mark.Offset)
            {
                _marks.Enqueue(mark);
            }
        }
    }
}
