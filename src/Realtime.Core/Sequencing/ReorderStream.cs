namespace Realtime.Core.Sequencing;

/// <summary>One stream of a <see cref="ReorderBuffer{T}"/>.</summary>
/// <remarks>Confined to the owner of its buffer.</remarks>
internal sealed class ReorderStream<T>(string id, long position, ReorderLoad load)
{
    // What is further above than the next one. Ordered, because whatever closes a hole continues with the lowest.
    private readonly SortedDictionary<long, (T Item, int Bytes)> _held = [];
    private readonly SortedDictionary<long, long> _gaps = [];
    private (T Item, int Bytes)? _next;
    private long _skippedTo;
    private long? _lostFrom;

    internal string Id { get; } = id;

    /// <summary>Gets the last offset that was handed over, or skipped.</summary>
    internal long Position { get; private set; } = position;

    /// <summary>Gets a value indicating whether the stream is forgotten when everything that it has is handed over.</summary>
    internal bool IsEnding { get; private set; }

    internal bool Has(long offset) => offset <= Position || (offset == Position + 1 && _next is not null) || _held.ContainsKey(offset);

    internal void Add(long offset, T item, int bytes)
    {
        if (offset == Position + 1)
        {
            _next = (item, bytes);
        }
        else
        {
            _held.Add(offset, (item, bytes));
            load.Count++;
            load.Bytes += bytes;
        }
    }

    internal void Skip(long to) => _skippedTo = Math.Max(_skippedTo, to);

    /// <summary>Notes that events are lost. It is reported when everything before it is handed over.</summary>
    internal void Lose(long from, long to)
    {
        if (to <= Position || to < from)
        {
            return;
        }

        if (!_gaps.TryGetValue(from, out long before))
        {
            load.Count++;
        }

        _gaps[from] = Math.Max(to, before);
    }

    /// <summary>Notes that something may be lost, and nobody knows how much.</summary>
    internal void LoseUnknown(long from) => _lostFrom = from;

    /// <summary>The stream is over: what is held is handed over behind the gaps that are left open.</summary>
    internal void End(long? last)
    {
        long end = Math.Max(last ?? 0, _held.Count > 0 ? _held.Keys.Last() : 0);
        Lose(Position + 1, end);
        IsEnding = true;
    }

    internal void Forget()
    {
        load.Count -= _held.Count + _gaps.Count;
        load.Bytes -= _held.Values.Sum(static held => (long)held.Bytes);
        _held.Clear();
        _gaps.Clear();
        _next = null;
        _skippedTo = 0;
        _lostFrom = null;
        IsEnding = false;
    }

    /// <summary>Gets the first hole that something waits behind.</summary>
    internal (long From, long To)? Hole()
    {
        long end = Math.Min(FirstHeld, FirstLost);
        return end == long.MaxValue || end <= Position + 1 ? null : (Position + 1, end - 1);
    }

    internal bool TryPeek(out ReorderRelease<T> release)
    {
        while (true)
        {
            long next = Position + 1;
            if (_next is { } ready || _held.TryGetValue(next, out ready))
            {
                release = new ReorderRelease<T>(Id, ready.Item, null);
                return true;
            }

            if (_gaps.Count > 0 && _gaps.First() is { } first && first.Key <= next)
            {
                if (first.Value >= next)
                {
                    release = new ReorderRelease<T>(Id, default, new StreamGap(Id, next, Math.Min(first.Value, FirstHeld - 1)));
                    return true;
                }

                _gaps.Remove(first.Key);
                load.Count--;
                continue;
            }

            // Behind the gaps: what the server says is lost stays reported, whatever it skips later.
            if (_skippedTo >= next)
            {
                Position = Math.Min(_skippedTo, Math.Min(FirstHeld, FirstLost) - 1);
                continue;
            }

            release = new ReorderRelease<T>(Id, default, _lostFrom is { } from ? new StreamGap(Id, from, null) : null);
            return _lostFrom is not null;
        }
    }

    /// <summary>What was peeked at has been handed over.</summary>
    internal void Advance(in ReorderRelease<T> release)
    {
        if (release.Gap is { To: null })
        {
            _lostFrom = null;
            return;
        }

        Position = release.Gap?.To ?? Position + 1;
        if (release.Gap is null && _next is null && _held.Remove(Position, out (T Item, int Bytes) held))
        {
            load.Count--;
            load.Bytes -= held.Bytes;
        }

        _next = null;
    }

    private long FirstLost => _gaps.Count > 0 ? _gaps.First().Key : long.MaxValue;

    private long FirstHeld => _held.Count > 0 ? _held.First().Key : long.MaxValue;
}
