using Microsoft.Extensions.Time.Testing;

namespace Realtime.Simulation;

/// <summary>The clock of a run, and everything that is to happen: one thing after the other, in the order of its time and then of its planning.</summary>
/// <remarks>Confined to the thread of the run. Timers of the server run on it too, when time moves on.</remarks>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (long At, long Number)> _due = new();
    private readonly DateTimeOffset _start;
    private long _number;

    internal VirtualTime() => _start = Provider.GetUtcNow();

    internal FakeTimeProvider Provider { get; } = new();

    internal TimeSpan Now => Provider.GetUtcNow() - _start;

    internal void After(TimeSpan delay, Action act) => _due.Enqueue(act, ((Now + delay).Ticks, ++_number));

    /// <summary>Waits without a pool thread: what waits goes on where time moves.</summary>
    internal Task Delay(TimeSpan delay)
    {
        var done = new TaskCompletionSource();
        After(delay, done.SetResult);
        return done.Task;
    }

    /// <summary>Lets the next thing happen.</summary>
    /// <returns>False when nothing happens until then: time stands there now.</returns>
    internal bool TryStep(TimeSpan until)
    {
        if (!_due.TryPeek(out Action? act, out (long At, long Number) next) || next.At > until.Ticks)
        {
            MoveTo(until);
            return false;
        }

        _due.Dequeue();
        MoveTo(TimeSpan.FromTicks(next.At));
        act();
        return true;
    }

    private void MoveTo(TimeSpan at)
    {
        if (at > Now)
        {
            Provider.Advance(at - Now);
        }
    }
}
