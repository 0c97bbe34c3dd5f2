using Realtime.Schedules.Scheduling;

// The compiler takes a type of this name for the real one, so that the lock statements of the code under test come here.
namespace System.Threading;

/// <summary>A lock that the scheduler knows: whoever waits for it is not asked to go on. Outside of schedules it is an ordinary monitor.</summary>
internal sealed class Lock
{
    private readonly object _outside = new();
    private Operation? _owner;
    private int _depth;

    internal bool IsFree => _owner is null;

    internal string Holder => _owner is { } owner ? $"{owner.Name} (in {owner.Held(this)})" : "nobody";

    public Scope EnterScope()
    {
        Operation? operation = Controlled.Current;
        if (operation is null)
        {
            Controlled.CheckEscape("a lock");
            Monitor.Enter(_outside);
            return new Scope(this, excludes: false);
        }

        string site = operation.Entering;
        operation.Schedule.Reach(operation, site, isMeeting: true);
        if (operation.Schedule.WithoutGate == site)
        {
            operation.Schedule.MetPlanted = true;
            return default;
        }

        while (_owner is not null && _owner != operation)
        {
            operation.Schedule.Block(operation, this, site);
        }

        _owner = operation;
        if (_depth++ == 0)
        {
            operation.Hold(this, site);
        }

        return new Scope(this, excludes: true);
    }

    private void Exit()
    {
        Operation operation = _owner!;
        if (--_depth > 0)
        {
            return;
        }

        _owner = null;
        operation.Schedule.Reach(operation, operation.Release(this) + " end", isMeeting: true);
    }

    /// <summary>Held until it is disposed of.</summary>
    public readonly ref struct Scope(Lock held, bool excludes)
    {
        private readonly Lock? _held = held;

        public void Dispose()
        {
            if (_held is not null && excludes)
            {
                _held.Exit();
            }
            else if (_held is not null)
            {
                Monitor.Exit(_held._outside);
            }
        }
    }
}
