namespace Realtime.Schedules.Scheduling;

/// <summary>Decides who goes on.</summary>
internal interface IStrategy
{
    /// <summary>Chooses one of those that can run.</summary>
    /// <param name="able">At least one, in the order in which they were made.</param>
    /// <param name="current">The one that has run until now; it may have ended, or wait.</param>
    /// <param name="isMeeting">Whether it has reached a place where threads meet, rather than one where they would race.</param>
    /// <param name="step">The number of the step.</param>
    Operation Choose(List<Operation> able, Operation? current, bool isMeeting, int step);
}
