namespace Realtime.Schedules.Scheduling;

/// <summary>Nobody is interrupted: one after the other, in the order in which they were made.</summary>
internal sealed class Sequential : IStrategy
{
    private Sequential()
    {
    }

    internal static Sequential Instance { get; } = new();

    public Operation Choose(List<Operation> able, Operation? current, bool isMeeting, int step) => current is { CanRun: true } ? current : able[0];
}
