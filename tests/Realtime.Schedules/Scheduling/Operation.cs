namespace Realtime.Schedules.Scheduling;

/// <summary>One of those that run beside each other in a schedule: a thread that runs only when the schedule says so.</summary>
/// <remarks>Confined to the one operation of its schedule that runs.</remarks>
internal sealed class Operation(Schedule schedule, int number, string name, Action body)
{
    private readonly Worker _worker = Worker.Take();
    private readonly List<(Lock Held, string Site)> _held = [];

    internal Schedule Schedule { get; } = schedule;

    internal int Number { get; } = number;

    internal string Name { get; } = name;

    /// <summary>Gets or sets the lock statement that is about to be entered.</summary>
    internal string Entering { get; set; } = "";

    internal bool HasEnded { get; private set; }

    internal Lock? WaitsForLock { get; set; }

    internal Func<bool>? WaitsFor { get; set; }

    internal string Site { get; set; } = "start";

    internal bool CanRun => !HasEnded && WaitsForLock is not { IsFree: false } && WaitsFor?.Invoke() != false;

    /// <summary>Gets ready: it begins when it is resumed.</summary>
    internal void Start() => _worker.Prepare(Run);

    internal void Resume() => _worker.Resume();

    internal void Pause() => _worker.Pause();

    internal void Hold(Lock taken, string site) => _held.Add((taken, site));

    internal string Held(Lock taken) => _held.Find(found => found.Held == taken).Site;

    internal string Release(Lock given)
    {
        int found = _held.FindLastIndex(held => held.Held == given);
        string site = _held[found].Site;
        _held.RemoveAt(found);
        return site;
    }

    public override string ToString() => HasEnded
        ? $"{Name} has ended"
        : $"{Name} at {Site}{(WaitsForLock is { } waited ? $", waits for a lock that {waited.Holder} holds" : WaitsFor is not null ? ", waits" : "")}";

    private void Run()
    {
        Controlled.Current = this;
        SynchronizationContext.SetSynchronizationContext(new ControlledContext(Schedule));
#pragma warning disable CA1031 // What the code under test throws is a finding.
        try
        {
            body();
        }
        catch (Exception exception)
        {
            Schedule.Fail($"{Name} threw {exception}");
        }
#pragma warning restore CA1031

        HasEnded = true;
        Site = "its end";
        Controlled.Current = null;
        if (Schedule.Violation is null)
        {
            _worker.GiveBack(); // what threw may have left something with its thread
        }

        Schedule.End();
    }
}
