using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts;

namespace Realtime.Client.Tests;

/// <summary>Virtual time that knows what is waited for, so that a test never moves on too early.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    /// <summary>Stands for a timer that was stopped.</summary>
    internal static readonly TimeSpan Stopped = TimeSpan.MaxValue;

    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _begun = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        Note(dueTime);
        return new WatchedTimer(this, timer);
    }

    private void Note(TimeSpan dueTime)
    {
        lock (_gate)
        {
            _begun.Add(dueTime);
        }
    }

    /// <summary>Waits until somebody has begun to wait for just this time; each wait counts once.</summary>
    internal Task WhenWaitedForAsync(TimeSpan dueTime) => Bounded.UntilAsync(
        () =>
        {
            lock (_gate)
            {
                return _begun.Remove(dueTime);
            }
        },
        $"somebody waits for {dueTime}");

    /// <summary>Waits until somebody has begun to wait for a time in a range, where the time is random.</summary>
    /// <returns>The time.</returns>
    internal async Task<TimeSpan> WhenWaitedForAsync(TimeSpan least, TimeSpan most)
    {
        TimeSpan? found = null;
        await Bounded.UntilAsync(
            () =>
            {
                lock (_gate)
                {
                    found = _begun.Cast<TimeSpan?>().FirstOrDefault(begun => begun >= least && begun <= most);
                    return found is { } dueTime && _begun.Remove(dueTime);
                }
            },
            $"somebody waits for {least} to {most}");
        return found!.Value;
    }

    private sealed class WatchedTimer(WatchedTime time, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool changed = inner.Change(dueTime, period);
            time.Note(dueTime == Timeout.InfiniteTimeSpan ? Stopped : dueTime);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
