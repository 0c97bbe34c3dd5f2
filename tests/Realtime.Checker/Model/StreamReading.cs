namespace Realtime.Checker;

/// <summary>One session and one stream: what it had to get, what it got, what it was told that it would not get, and what is just missing.</summary>
/// <remarks>Confined to the check of one run.</remarks>
internal sealed class StreamReading
{
    private readonly List<(long From, long To, bool Open)> _gaps = [];
    private readonly HashSet<long> _given = [];
    private long _last;

    private StreamReading(Session session, StreamLog stream)
    {
        Session = session;
        Stream = stream;
    }

    internal Session Session { get; }

    internal StreamLog Stream { get; }

    /// <summary>Missing, and a later one was handed over without a word: the missing copy and the delivery that passed it.</summary>
    internal List<(Copy Missing, Line Passed)> Holes { get; } = [];

    /// <summary>Missing at the end, though all had time to arrive.</summary>
    internal List<Copy> Tail { get; } = [];

    /// <summary>How many were due: delivered, reported as lost, or missing.</summary>
    internal int Expected { get; private set; }

    internal int Delivered { get; private set; }

    /// <summary>How many of those due were reported as lost.</summary>
    internal int Reported { get; private set; }

    internal bool WasGiven(long offset) => _given.Contains(offset);

    internal bool WasReported(long offset) => _gaps.Exists(gap => gap.From <= offset && offset <= gap.To);

    internal static List<StreamReading> All(Run run)
    {
        var readings = new List<StreamReading>();
        foreach (Session session in run.Sessions.Values)
        {
            if (!session.IsPromised || session.Connected is null)
            {
                continue;
            }

            foreach (StreamLog stream in session.Memberships.Select(membership => membership.Stream).Distinct())
            {
                var reading = new StreamReading(session, stream);
                reading.Read();
                readings.Add(reading);
            }
        }

        return readings;
    }

    private void Read()
    {
        List<Line> events = Session.EventsOf.TryGetValue(Stream.Id, out List<Line>? found) ? found : [];
        foreach (Line line in events)
        {
            if (line.Record is { Kind: RecordKind.Recv, Offset: { } offset })
            {
                _given.Add(offset);
            }
        }

        _last = Session.Memberships.Where(membership => ReferenceEquals(membership.Stream, Stream)).Min(membership => membership.Joined);
        foreach (Line line in events)
        {
            if (line.Record.Kind == RecordKind.Gap)
            {
                _gaps.Add((line.Record.From ?? 0, line.Record.To ?? long.MaxValue, line.Record.To is null));
            }
            else if (line.Record.Offset is { } offset)
            {
                CloseOpenGaps(offset);
                Walk(offset - 1, line);
                _last = Math.Max(_last, offset);
            }
        }

        Walk(long.MaxValue, null);
        CountDelivered();
    }

    // A gap without an end reaches to what is handed over next.
    private void CloseOpenGaps(long offset)
    {
        for (int index = 0; index < _gaps.Count; index++)
        {
            if (_gaps[index] is { Open: true } gap && offset >= gap.From)
            {
                _gaps[index] = (gap.From, offset - 1, false);
            }
        }
    }

    private void Walk(long through, Line? passed)
    {
        Copy[] copies = Stream.Sorted;
        for (int index = Stream.After(_last); index < copies.Length && copies[index].Offset <= through; index++)
        {
            Copy copy = copies[index];
            if (_given.Contains(copy.Offset) || IsInUnknownTail(copy.Offset) || Addressing.Of(Session, copy) != Addressed.Must)
            {
                continue; // what comes later is out of order, which is not this class's to say
            }

            if (WasReported(copy.Offset))
            {
                Reported++;
                Expected++;
            }
            else if (passed is { } line)
            {
                Holes.Add((copy, line));
                Expected++;
            }
            else if (Session.MustHaveAll)
            {
                Tail.Add(copy);
                Expected++;
            }
        }
    }

    // Behind what outlived the stream. Who was given any of it is told that nobody knows how much is lost; to the others it never was.
    private bool IsInUnknownTail(long offset) => Stream.Ended is { } last && offset > last && !_given.Any(given => given > last);

    private void CountDelivered()
    {
        foreach (long offset in _given)
        {
            if (Stream.At.TryGetValue(offset, out Copy? copy) && Addressing.Of(Session, copy) is Addressed.Must or Addressed.May)
            {
                Delivered++;
                Expected++;
            }
        }
    }
}
