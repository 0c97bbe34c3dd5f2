namespace Realtime.Schedules.Scheduling;

/// <summary>Where awaits go on: each continuation is an operation of its own, which may run at any time from then on, as on the thread pool.</summary>
internal sealed class ControlledContext(Schedule schedule) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => schedule.Add("continuation", () => d(state));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;
}
