namespace Realtime.Client.Recovery;

/// <summary>Watches the holes in streams: each is asked for once after a short random time, and is a gap when that was of no use.</summary>
/// <remarks>Confined to the turn of its <see cref="StreamReceiver"/>; only the timer comes from elsewhere.</remarks>
internal sealed class HoleWatch
{
    /// <summary>How many events may be asked for at once.</summary>
    private const int MaxRange = 256;

    private readonly Dictionary<string, Hole> _holes = new(StringComparer.Ordinal);
    private readonly RecoveryOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Action _onDue;
    private readonly long _start;
    private ITimer? _timer;

    internal HoleWatch(RecoveryOptions options, TimeProvider timeProvider, Action onDue)
    {
        _options = options;
        _timeProvider = timeProvider;
        _onDue = onDue;
        _start = timeProvider.GetTimestamp();
    }

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    /// <summary>Notes what is missing in a stream now.</summary>
    /// <param name="stream">The id of the stream.</param>
    /// <param name="missing">The first hole; <see langword="null"/> when there is none.</param>
    /// <param name="pauses">How often reading has stopped and gone on.</param>
    internal void Update(string stream, (long From, long To)? missing, int pauses)
    {
        if (missing is not { } range)
        {
            if (_holes.Remove(stream))
            {
                Arm();
            }

            return;
        }

        if (!_holes.TryGetValue(stream, out Hole? hole) || range.From > hole.To)
        {
            // Random, so that not everybody who misses an event asks at the same moment.
            _holes[stream] = new Hole(stream) { From = range.From, To = range.To, Pauses = pauses, Due = Now + (Random.Shared.NextDouble() * _options.HoleDelay) };
            Arm();
            return;
        }

        if (!hole.IsAsked)
        {
            (hole.From, hole.To) = range;
        }
        else if (range.From > hole.From)
        {
            // It is coming.
            hole.From = range.From;
            hole.Due = Now + _options.HoleTimeout;
            Arm();
        }
    }

    /// <summary>Takes the holes for which the time has come. One that was not asked for is to be asked for now; one that was is lost.</summary>
    /// <param name="pauses">How often reading has stopped and gone on.</param>
    /// <param name="isPaused">Whether nothing is read now.</param>
    internal List<Hole> TakeDue(int pauses, bool isPaused)
    {
        TimeSpan now = Now;
        List<Hole> due = [];
        foreach (Hole hole in _holes.Values.Where(hole => hole.Due <= now))
        {
            // What was asked for may lie unread in front of us.
            if (!hole.IsAsked || (!isPaused && hole.Pauses == pauses))
            {
                hole.To = Math.Min(hole.To, hole.From + MaxRange - 1);
                due.Add(hole);
            }

            (hole.Due, hole.Pauses) = (now + _options.HoleTimeout, pauses);
        }

        Arm();
        return due;
    }

    /// <summary>Forgets all holes: on another connection everything is sent again.</summary>
    internal void Clear()
    {
        _holes.Clear();
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void Arm()
    {
        if (_holes.Count == 0)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        TimeSpan wait = _holes.Values.Min(static hole => hole.Due) - Now;
        wait = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds))); // timers count in milliseconds; one that is early finds nothing
        _timer ??= _timeProvider.CreateTimer(static watch => ((HoleWatch)watch!)._onDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
