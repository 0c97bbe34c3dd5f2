namespace Realtime.Schedules.Scheduling;

/// <summary>A lock statement for code that is not woven, so that the scheduler itself can be tested.</summary>
internal sealed class Gate
{
    private readonly Lock _lock = new();

    internal void Run(string site, Action action)
    {
        Controlled.Entering(site);
        lock (_lock)
        {
            action();
        }
    }
}
