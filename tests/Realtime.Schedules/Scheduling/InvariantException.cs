namespace Realtime.Schedules.Scheduling;

/// <summary>Something does not hold that has to.</summary>
internal sealed class InvariantException(string message) : Exception(message);
