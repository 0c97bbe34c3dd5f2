namespace Realtime.Schedules.Scheduling;

/// <summary>What a few operations do at once, and what has to hold whatever their order. One object for each schedule.</summary>
internal abstract class Scenario : IDisposable
{
    /// <summary>Prepares, before anything runs beside it.</summary>
    internal virtual Task SetUpAsync() => Task.CompletedTask;

    /// <summary>Adds what runs at once.</summary>
    internal abstract void Begin(Schedule schedule);

    /// <summary>Checks what has to hold when everything has ended.</summary>
    /// <exception cref="InvariantException">It does not.</exception>
    internal abstract Task CheckAsync();

    public abstract void Dispose();

    protected static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvariantException(what);
        }
    }
}
