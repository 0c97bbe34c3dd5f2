using Realtime.Core.Acks;
using Realtime.Core.Protocol;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// The table alone, small enough to go through all schedules: two waiters are added while the socket ends, one is answered and one gives up. Whoever was added is told once, or gave
/// up; whoever was not is told nothing.
/// </summary>
internal sealed class AckClose : Scenario
{
    private readonly PendingAcks _pending = new();
    private readonly Waiter _answered = new();
    private readonly Waiter _givesUp = new();

    internal override void Begin(Schedule schedule)
    {
        schedule.Add("answer", () =>
        {
            _answered.IsAdded = _pending.TryAdd(1, _answered);
            _pending.Complete(1, EventArguments.Empty);
        });
        schedule.Add("give up", () =>
        {
            _givesUp.IsAdded = _pending.TryAdd(2, _givesUp);
            _pending.Remove(2);
        });
        schedule.Add("close", _pending.Close);
    }

    internal override Task CheckAsync()
    {
        Require(_answered.Told == (_answered.IsAdded ? 1 : 0), $"A waiter was told {_answered.Told} times; added: {_answered.IsAdded}.");
        Require(_givesUp.Told <= (_givesUp.IsAdded ? 1 : 0), $"A waiter that gave up was told {_givesUp.Told} times; added: {_givesUp.IsAdded}.");
        Require(_pending.Count == 0, $"{_pending.Count} waiters are left in the table.");
        return Task.CompletedTask;
    }

    public override void Dispose()
    {
    }

    private sealed class Waiter : IAckWaiter
    {
        internal bool IsAdded { get; set; }

        internal int Told { get; private set; }

        public void OnAck(EventArguments answer) => Told++;

        public void OnGone() => Told++;
    }
}
