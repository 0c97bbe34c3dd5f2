using Realtime.Core.Timing;

namespace Realtime.Core.Tests.Timing;

/// <summary>An entry that remembers when it was called, and calls back.</summary>
internal sealed class Deadline(Action<Deadline>? onDue = null) : WheelEntry
{
    private int _calls;

    internal int Calls => Volatile.Read(ref _calls);

    protected internal override void OnDue()
    {
        Interlocked.Increment(ref _calls);
        onDue?.Invoke(this);
    }
}
