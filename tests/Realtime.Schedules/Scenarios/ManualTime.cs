namespace Realtime.Schedules.Scenarios;

/// <summary>A clock that one operation moves, and whose timers go off on its thread.</summary>
/// <remarks>Guarded by the turn of the schedule.</remarks>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => new(_now + new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks, TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    internal void Advance(TimeSpan time)
    {
        long end = _now + time.Ticks;
        while (_timers.Where(timer => timer.Due <= end).MinBy(static timer => timer.Due) is { } due)
        {
            _now = Math.Max(_now, due.Due);
            due.GoOff();
        }

        _now = end;
    }

    private sealed class Timer(ManualTime time, Action call) : ITimer
    {
        private TimeSpan _period;

        internal long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time._now + dueTime.Ticks;
            return true;
        }

        internal void GoOff()
        {
            Due = _period > TimeSpan.Zero ? Due + _period.Ticks : long.MaxValue;
            call();
        }

        public void Dispose()
        {
            Due = long.MaxValue;
            time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
