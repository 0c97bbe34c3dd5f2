using System.Diagnostics;

namespace Realtime.Core.Timing;

/// <summary>Any number of deadlines on one timer: a hashed wheel of slots, each a list of entries.</summary>
/// <remarks>
/// <para>Thread-safe. Scheduling and cancelling are O(1) and allocate nothing.</para>
/// <para>A deadline is met at the first tick at or after it: never early, and late by at most one <see cref="Resolution"/> plus what the thread pool takes.</para>
/// </remarks>
public sealed class TimingWheel : IDisposable
{
    // A power of two, so that the slot is a mask. 1,024 slots of 50 ms are 51 s a turn: the default heartbeat is met within one turn.
    private const int Slots = 1024;

    private readonly Lock _gate = new();
    private readonly WheelEntry?[] _slots = new WheelEntry?[Slots];
    private readonly List<WheelEntry> _due = [];
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Action<Exception>? _onFailure;
    private readonly ITimer _timer;
    private long _doneTick;
    private int _count;
    private int _ticking;
    private bool _disposed;

    /// <summary>Starts a wheel.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="resolution">The time between two ticks; at least 1 ms.</param>
    /// <param name="onFailure">Told what a deadline threw; the others are met all the same. Without it such an exception ends the process, as those of timers do.</param>
    public TimingWheel(TimeProvider timeProvider, TimeSpan resolution, Action<Exception>? onFailure = null)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThan(resolution, TimeSpan.FromMilliseconds(1));
        _time = timeProvider;
        _onFailure = onFailure;
        Resolution = resolution;
        _start = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(static wheel => ((TimingWheel)wheel!).Tick(), this, resolution, resolution);
    }

    /// <summary>Gets the time between two ticks.</summary>
    public TimeSpan Resolution { get; }

    /// <summary>Gets the time since the wheel started, on the wheel's clock.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Gets the number of deadlines that are pending.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    /// <summary>Sets or moves the deadline of an entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="due">The deadline, as a time on the scale of <see cref="Now"/>.</param>
    public void ScheduleAt(WheelEntry entry, TimeSpan due)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_gate)
        {
            RemoveLocked(entry);
            if (_disposed)
            {
                return;
            }

            // Rounded up without adding first, which overflows for deadlines that stand for "never".
            long tick = (due.Ticks / Resolution.Ticks) + (due.Ticks % Resolution.Ticks > 0 ? 1 : 0);
            InsertLocked(entry, Math.Max(tick, _doneTick + 1));
        }
    }

    /// <summary>Sets or moves the deadline of an entry to a time from now.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="delay">The time from now.</param>
    public void Schedule(WheelEntry entry, TimeSpan delay)
    {
        TimeSpan now = Now;
        ScheduleAt(entry, delay < TimeSpan.MaxValue - now ? now + delay : TimeSpan.MaxValue);
    }

    /// <summary>Removes the deadline of an entry, if it has one. A call that has begun is not waited for.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>Whether a deadline was removed: <see langword="false"/> means that it has passed or never was.</returns>
    public bool Cancel(WheelEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_gate)
        {
            return RemoveLocked(entry);
        }
    }

    /// <summary>Stops the timer. Pending deadlines are dropped.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void Tick()
    {
        // Ticks of a timer may overlap when one takes long; the next one catches up, so a second walker is not needed.
        if (Interlocked.Exchange(ref _ticking, 1) != 0)
        {
            return;
        }

        TakeDue(Now.Ticks / Resolution.Ticks);
        foreach (WheelEntry entry in _due)
        {
            Meet(entry);
        }

        _due.Clear();
        Volatile.Write(ref _ticking, 0);
    }

    private void Meet(WheelEntry entry)
    {
        try
        {
            entry.OnDue();
        }
        catch (Exception exception) when (_onFailure is not null)
        {
            _onFailure(exception);
        }
    }

    private void TakeDue(long now)
    {
        lock (_gate)
        {
            // After a long pause (a suspended machine) one turn over all slots finds everything.
            for (long tick = Math.Max(_doneTick + 1, now - Slots + 1); tick <= now; tick++)
            {
                TakeSlotLocked((int)(tick & (Slots - 1)), now);
            }

            _doneTick = Math.Max(_doneTick, now);
        }
    }

    private void TakeSlotLocked(int slot, long now)
    {
        for (WheelEntry? entry = _slots[slot]; entry is not null;)
        {
            WheelEntry? next = entry.Next;
            if (entry.DueTick <= now)
            {
                RemoveLocked(entry);
                _due.Add(entry);
            }

            entry = next;
        }
    }

    private void InsertLocked(WheelEntry entry, long tick)
    {
        ref WheelEntry? head = ref _slots[tick & (Slots - 1)];
        entry.DueTick = tick;
        entry.Previous = null;
        entry.Next = head;
        if (head is not null)
        {
            head.Previous = entry;
        }

        head = entry;
        _count++;
    }

    private bool RemoveLocked(WheelEntry entry)
    {
        if (entry.DueTick == WheelEntry.NotScheduled)
        {
            return false;
        }

        if (entry.Previous is null)
        {
            Debug.Assert(_slots[entry.DueTick & (Slots - 1)] == entry, "An entry without a predecessor is the head of its slot.");
            _slots[entry.DueTick & (Slots - 1)] = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is not null)
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Next = entry.Previous = null;
        entry.DueTick = WheelEntry.NotScheduled;
        _count--;
        return true;
    }
}
