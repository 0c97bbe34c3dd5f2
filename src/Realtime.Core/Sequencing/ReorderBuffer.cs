using System.Diagnostics.CodeAnalysis;

namespace Realtime.Core.Sequencing;

/// <summary>Brings the events of many streams into order, for who receives them: drops what has been handed over, holds what is too early, reports what is lost.</summary>
/// <remarks>
/// <para>Confined to its owner. Bounded: what does not fit is refused with <see cref="ReorderOutcome.Full"/>, and nothing else changes.</para>
/// <para>After every call take what follows with <see cref="TryPeek"/>, hand it over, and say so with <see cref="Advance"/>. A position moves only there, so what could not be
/// handed over is asked for again.</para>
/// </remarks>
/// <typeparam name="T">The type of an event.</typeparam>
/// <param name="options">The bounds.</param>
public sealed class ReorderBuffer<T>(ReorderBufferOptions options)
{
    private readonly Dictionary<string, ReorderStream<T>> _streams = new(StringComparer.Ordinal);
    private readonly ReorderLoad _load = new();

    // Those that something has happened to, and that may have something to hand over.
    private readonly Queue<ReorderStream<T>> _touched = new();

    /// <summary>Gets the number of events and gaps that wait for something before them.</summary>
    public int HeldCount => _load.Count;

    /// <summary>Gets the number of bytes of the events that wait.</summary>
    public long HeldBytes => _load.Bytes;

    /// <summary>Gets the number of streams that are announced.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Gets the position of every stream that is announced.</summary>
    public IEnumerable<StreamPosition> Positions => _streams.Values.Select(static stream => new StreamPosition(stream.Id, stream.Position));

    /// <summary>Gets the position in a stream.</summary>
    /// <param name="stream">The id of the stream.</param>
    /// <param name="position">The last offset that was handed over or skipped.</param>
    /// <returns>Whether the stream is announced.</returns>
    public bool TryGetPosition(string stream, out long position)
    {
        bool known = _streams.TryGetValue(stream, out ReorderStream<T>? found);
        position = found?.Position ?? 0;
        return known;
    }

    /// <summary>Takes an event.</summary>
    /// <param name="position">Its place.</param>
    /// <param name="item">The event.</param>
    /// <param name="bytes">How much it weighs while it is held.</param>
    /// <returns>What was done with it.</returns>
    public ReorderOutcome Add(StreamPosition position, T item, int bytes)
    {
        if (!TryTouch(position.Stream, out ReorderStream<T>? stream))
        {
            return ReorderOutcome.UnknownStream;
        }

        if (stream.Has(position.Offset))
        {
            return ReorderOutcome.Duplicate;
        }

        if (position.Offset != stream.Position + 1 && (HeldCount >= options.MaxCount || HeldBytes + bytes > options.MaxBytes))
        {
            return ReorderOutcome.Full;
        }

        stream.Add(position.Offset, item, bytes);
        return ReorderOutcome.Taken;
    }

    /// <summary>Announces a stream, or sets its position again. A position never goes back: what was handed over stays handed over.</summary>
    /// <param name="position">The place: the next event is the one behind it.</param>
    public void Announce(StreamPosition position)
    {
        if (TryTouch(position.Stream, out ReorderStream<T>? stream))
        {
            stream.Skip(position.Offset);
            return;
        }

        _streams[position.Stream] = new ReorderStream<T>(position.Stream, position.Offset, _load);
    }

    /// <summary>A stream goes on as another one. What the old one still lacks is a gap.</summary>
    /// <param name="position">The place in the new one.</param>
    /// <param name="old">The id of the old one; one that was not announced does not matter.</param>
    /// <param name="last">Its last offset; <see langword="null"/> when nobody knows it.</param>
    public void Replace(StreamPosition position, string old, long? last)
    {
        if (old != position.Stream && TryTouch(old, out ReorderStream<T>? stream))
        {
            stream.End(last);
            if (last is null)
            {
                stream.LoseUnknown(stream.Position + 1);
            }
        }

        Announce(position);
    }

    /// <summary>A stream is over: it is forgotten when what is held of it is handed over, behind the gaps that are left.</summary>
    /// <param name="stream">The id of the stream; one that was not announced does not matter.</param>
    public void End(string stream)
    {
        if (TryTouch(stream, out ReorderStream<T>? found))
        {
            found.End(last: null);
        }
    }

    /// <summary>Everything up to a place that has not come does not come any more, and nothing is lost by that.</summary>
    /// <param name="position">The place.</param>
    /// <returns>What was done with it.</returns>
    public ReorderOutcome Skip(StreamPosition position)
    {
        if (!TryTouch(position.Stream, out ReorderStream<T>? stream))
        {
            return ReorderOutcome.UnknownStream;
        }

        stream.Skip(position.Offset);
        return ReorderOutcome.Taken;
    }

    /// <summary>Events are lost. It is reported when everything before them is handed over; one of them that has come nevertheless is handed over in its place.</summary>
    /// <param name="gap">Which ones. Without an end it is reported as it is, and the position stays.</param>
    /// <returns>What was done with it.</returns>
    public ReorderOutcome Lose(StreamGap gap)
    {
        if (!TryTouch(gap.Stream, out ReorderStream<T>? stream))
        {
            return ReorderOutcome.UnknownStream;
        }

        if (gap.To is not { } to)
        {
            stream.LoseUnknown(gap.From);
            return ReorderOutcome.Taken;
        }

        if (gap.From > stream.Position + 1 && HeldCount >= options.MaxCount)
        {
            return ReorderOutcome.Full;
        }

        stream.Lose(gap.From, to);
        return ReorderOutcome.Taken;
    }

    /// <summary>Gets what comes next, after the last call that brought something. Until <see cref="Advance"/> it stays the same.</summary>
    /// <param name="release">The event or the gap.</param>
    /// <returns>Whether there is something.</returns>
    public bool TryPeek(out ReorderRelease<T> release)
    {
        while (_touched.TryPeek(out ReorderStream<T>? stream))
        {
            if (stream.TryPeek(out release))
            {
                return true;
            }

            _touched.Dequeue();
            if (stream.IsEnding)
            {
                _streams.Remove(stream.Id);
            }
        }

        release = default;
        return false;
    }

    /// <summary>What <see cref="TryPeek"/> gave has been handed over: its position counts from now on.</summary>
    /// <param name="release">What it gave.</param>
    public void Advance(in ReorderRelease<T> release)
    {
        if (_streams.TryGetValue(release.Stream, out ReorderStream<T>? stream))
        {
            stream.Advance(in release);
        }
    }

    /// <summary>Gets the events of a stream that something waits for.</summary>
    /// <param name="stream">The id of the stream.</param>
    /// <returns>The first hole; <see langword="null"/> when nothing is missing.</returns>
    public (long From, long To)? HoleOf(string stream) => _streams.TryGetValue(stream, out ReorderStream<T>? found) ? found.Hole() : null;

    /// <summary>Forgets everything that is held. Positions stay.</summary>
    public void Forget()
    {
        foreach (ReorderStream<T> stream in _streams.Values)
        {
            stream.Forget();
        }

        _touched.Clear();
    }

    private bool TryTouch(string id, [NotNullWhen(true)] out ReorderStream<T>? stream)
    {
        if (!_streams.TryGetValue(id, out stream))
        {
            return false;
        }

        if (!_touched.Contains(stream))
        {
            _touched.Enqueue(stream);
        }

        return true;
    }
}
