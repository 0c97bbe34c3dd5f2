using System.Globalization;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>
/// What was sent to a client that shows only the end of the last event when it comes back: the positions in the order in which they went out, so that
/// everything behind one of them is known over all rooms.
/// </summary>
/// <remarks>
/// Guarded by <c>_gate</c>, under which a packet also takes its place in the outbound queue: the order here is that of the wire. It outlives connections, and only the one that
/// it was given to last can send. Bounded: beyond its limit the oldest run goes, and a client that shows a position of it is unknown; the last one never goes.
/// </remarks>
/// <param name="maxRuns">The largest number of runs: positions of one stream with nothing of another between them.</param>
internal sealed class SentPositions(int maxRuns)
{
    // No stream has this id. The marks of events without a number are counted over the whole server.
    private const string Unnumbered = "~";

    private readonly Lock _gate = new();
    private readonly LinkedList<Run> _runs = [];
    private readonly Dictionary<string, long> _reached = new(StringComparer.Ordinal); // the last number of each stream that was sent, or is not for this client
    private Recipient? _recipient;
    private StreamPosition? _rewoundTo;
    private long _attempts;
    private int _rewinds;
    private bool _isAnswered = true;
    private bool _hasSentBeforeAnswer;

    /// <summary>Gets the position of an event without a number.</summary>
    internal static StreamPosition MarkOf(long number) => new(Unnumbered, number);

    /// <summary>Counts the attempts of a client that does not do it itself.</summary>
    internal long NextAttempt() => Interlocked.Increment(ref _attempts);

    /// <summary>Goes back to what a client shows. Whoever sent until now can send no more.</summary>
    /// <param name="shown">The end of the last event that the client has.</param>
    /// <param name="number">The number of this rewind, for <see cref="TryBegin"/>.</param>
    /// <returns>What the client has of each stream; <see langword="null"/> when nobody can tell.</returns>
    internal IReadOnlyDictionary<string, long>? Rewind(string shown, out int number)
    {
        lock (_gate)
        {
            number = ++_rewinds;
            _recipient = null;
            if (!TryParse(shown, out StreamPosition position) || FindLocked(position) is not { } found || IsAmbiguousLocked(position))
            {
                return null;
            }

            CutLocked(found, position);
            _rewoundTo = position;
            _isAnswered = _hasSentBeforeAnswer = false;
            return new Dictionary<string, long>(_reached);
        }
    }

    /// <summary>Gives the right to send to a recipient.</summary>
    /// <returns>Whether it has it: not when the client has come back once more meanwhile.</returns>
    internal bool TryBegin(Recipient recipient, int number)
    {
        lock (_gate)
        {
            _recipient = number == _rewinds ? recipient : _recipient;
            return number == _rewinds;
        }
    }

    /// <summary>The client was told that it is connected: what it shows from here on, it has.</summary>
    internal void Answer()
    {
        lock (_gate)
        {
            _isAnswered = true;
        }
    }

    /// <summary>Sends an event and notes its position behind those before.</summary>
    /// <returns>Whether the queue took it.</returns>
    internal bool Send(Recipient to, StreamPosition position, EncodedPacket packet, bool isVolatile = false)
    {
        FlushScope scope = FlushScope.Enter(); // only its place in the queue is taken under the gate
        try
        {
            lock (_gate)
            {
                if (_recipient != to)
                {
                    return false;
                }

                bool isTaken = isVolatile ? to.Outbound.SendVolatile(packet) : to.Outbound.Send(packet);
                if (isTaken || !isVolatile)
                {
                    NoteLocked(position);
                }

                return isTaken;
            }
        }
        finally
        {
            scope.Exit();
        }
    }

    /// <summary>Notes where a stay begins. What is known of the stream already stays: it may be owed something of an earlier stay.</summary>
    internal void Begin(StreamPosition joined)
    {
        lock (_gate)
        {
            _reached.TryAdd(joined.Stream, joined.Offset);
        }
    }

    /// <summary>Notes that a number is not for this client.</summary>
    internal void Pass(Recipient recipient, StreamPosition position)
    {
        lock (_gate)
        {
            if (_recipient == recipient)
            {
                RaiseLocked(position);
            }
        }
    }

    /// <summary>Forgets how far the client has got in a stream that is over. What was sent of it stays known.</summary>
    internal void Forget(string stream)
    {
        lock (_gate)
        {
            _reached.Remove(stream);
        }
    }

    private static bool TryParse(string shown, out StreamPosition position)
    {
        if (shown.StartsWith(Unnumbered, StringComparison.Ordinal) && long.TryParse(shown.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out long mark))
        {
            position = MarkOf(mark);
            return true;
        }

        return StreamPosition.TryParse(shown, out position);
    }

    // The official client keeps what comes before the answer and hands it over when some later connection is answered. One that shows the same as the last time may hold
    // any part of what was sent to it then, so whatever is sent now may be there twice.
    private bool IsAmbiguousLocked(StreamPosition position) => _rewoundTo == position && _hasSentBeforeAnswer;

    // Two threads may send marks in another order than they were counted, with an event between: then runs overlap and nobody can tell which one it was.
    private LinkedListNode<Run>? FindLocked(StreamPosition position)
    {
        LinkedListNode<Run>? found = null;
        for (LinkedListNode<Run>? node = _runs.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Contains(position))
            {
                if (found is not null)
                {
                    return null;
                }

                found = node;
            }
        }

        return found;
    }

    // What lies behind is sent again, and noted again.
    private void CutLocked(LinkedListNode<Run> found, StreamPosition position)
    {
        while (_runs.Last != found)
        {
            LowerLocked(_runs.Last!.Value.Stream, _runs.Last.Value.First - 1);
            _runs.RemoveLast();
        }

        if (found.Value.Last > position.Offset)
        {
            LowerLocked(position.Stream, position.Offset);
            found.Value = found.Value with { Last = position.Offset };
        }
    }

    private void LowerLocked(string stream, long offset)
    {
        if (stream != Unnumbered)
        {
            _reached[stream] = offset;
        }
    }

    private void NoteLocked(StreamPosition position)
    {
        _hasSentBeforeAnswer |= !_isAnswered && position.Stream != Unnumbered;
        RaiseLocked(position);
        if (_runs.Last is { } last && last.Value.Stream == position.Stream)
        {
            last.Value = last.Value.With(position.Offset);
            return;
        }

        _runs.AddLast(new Run(position.Stream, position.Offset, position.Offset));
        if (_runs.Count > maxRuns)
        {
            _runs.RemoveFirst();
        }
    }

    private void RaiseLocked(StreamPosition position)
    {
        if (position.Stream != Unnumbered)
        {
            _reached[position.Stream] = Math.Max(position.Offset, _reached.GetValueOrDefault(position.Stream));
        }
    }

    private readonly record struct Run(string Stream, long First, long Last)
    {
        internal bool Contains(StreamPosition position) => Stream == position.Stream && First <= position.Offset && position.Offset <= Last;

        internal Run With(long offset) => new(Stream, Math.Min(First, offset), Math.Max(Last, offset));
    }
}
