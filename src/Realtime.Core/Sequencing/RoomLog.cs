using System.Diagnostics;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Sequencing;

/// <summary>One stream: numbers what is appended, from 1 without holes, and keeps the newest of it within its limits.</summary>
/// <remarks>Confined to one thread at a time: whoever holds the order of the rooms. Time is that of the caller, a monotonic one.</remarks>
/// <typeparam name="TEntry">What is kept.</typeparam>
internal sealed class RoomLog<TEntry>(RetentionLimits limits, RetentionBudget budget) : IRetained
{
    private readonly Queue<Kept> _kept = new();
    private long _bytes;

    /// <summary>Gets the id of the stream.</summary>
    internal string Stream { get; } = RandomId.Create()[..StreamPosition.MaxStreamLength];

    /// <summary>Gets the last number that was given; 0 before the first.</summary>
    internal long Head { get; private set; }

    /// <summary>Gets the bytes that are kept.</summary>
    internal long Bytes => _bytes;

    /// <summary>Gets the number of entries that are kept.</summary>
    internal int Count => _kept.Count;

    public long First => Head - _kept.Count + 1;

    /// <summary>Appends an entry.</summary>
    /// <param name="create">Makes the entry, which knows its own number.</param>
    /// <param name="bytes">What it counts for.</param>
    /// <param name="now">The time.</param>
    /// <returns>The entry.</returns>
    internal TEntry Append(Func<long, TEntry> create, int bytes, TimeSpan now)
    {
        TEntry entry = create(Head + 1);
        Head++;
        _kept.Enqueue(new Kept(entry, bytes, now));
        _bytes += bytes;
        budget.Add(this, Head, bytes);
        while (_kept.Count > limits.MaxEntries || (_bytes > limits.MaxBytes && _kept.Count > 1))
        {
            Drop();
        }

        Expire(now);
        AssertInvariants();
        return entry;
    }

    /// <summary>Drops what is too old. Unlike the other limits, age takes the newest entry too.</summary>
    internal void Expire(TimeSpan now)
    {
        while (_kept.TryPeek(out Kept oldest) && now - oldest.Appended > limits.MaxAge)
        {
            Drop();
        }
    }

    public void DropThrough(long offset)
    {
        while (First <= offset && _kept.Count > 1)
        {
            Drop();
        }
    }

    /// <summary>Drops everything, when the log itself goes.</summary>
    internal void Clear()
    {
        while (_kept.Count > 0)
        {
            Drop();
        }
    }

    /// <summary>Gets what is kept behind an offset.</summary>
    /// <param name="after">The offset.</param>
    /// <param name="max">How many at most.</param>
    internal TEntry[] Read(long after, int max)
    {
        long skipped = Math.Max(0, after + 1 - First);
        return skipped >= _kept.Count ? [] : [.. _kept.Skip((int)skipped).Take(max).Select(static kept => kept.Entry)];
    }

    private void Drop()
    {
        Kept dropped = _kept.Dequeue();
        _bytes -= dropped.Bytes;
        budget.Remove(dropped.Bytes);
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_kept.Count <= limits.MaxEntries, "A log keeps no more entries than it may.");
        Debug.Assert(First >= 1 && First <= Head + 1, "What is kept are the newest entries, without a hole.");
    }

    private readonly record struct Kept(TEntry Entry, int Bytes, TimeSpan Appended);
}
