using Realtime.Core.Timing;

namespace Realtime.AspNetCore.Tests.RawWebSockets;

/// <summary>Waits for the wheel of a server to turn: what was due in that time has been done.</summary>
internal sealed class WheelClock(TimingWheel wheel)
{
    internal async Task PassAsync(TimeSpan time)
    {
        var entry = new Entry();
        wheel.Schedule(entry, time);
        await entry.Due;
    }

    private sealed class Entry : WheelEntry
    {
        private readonly TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Due => _due.Task;

        protected override void OnDue() => _due.TrySetResult();
    }
}
