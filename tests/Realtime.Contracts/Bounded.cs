namespace Realtime.Contracts;

/// <summary>Waits that end: a test that would hang fails instead.</summary>
public static class Bounded
{
    /// <summary>Long, because a machine that runs many tests at once is slow; nothing that works ever waits so long.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>A token for one test.</summary>
    public static CancellationToken Token() => new CancellationTokenSource(Limit).Token;

    /// <summary>Waits for a task, but not for ever.</summary>
    public static Task Within(this Task task) => task.WaitAsync(Limit);

    /// <inheritdoc cref="Within(Task)" />
    public static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>
    /// Waits until something that has no event of its own has become true, such as a counter that a server lowers after it has told everybody.
    /// </summary>
    /// <param name="holds">What is waited for.</param>
    /// <param name="what">How to call it in a failure.</param>
    /// <param name="within">How long at most, where time itself would heal what is looked for, as the next heartbeat does.</param>
    public static async Task UntilAsync(Func<bool> holds, string what, TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Limit);
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"It never became true: {what}");
            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)" />
    public static async Task UntilAsync(Func<Task<bool>> holds, string what, TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Limit);
        while (!await holds())
        {
            Assert.False(limit.IsCancellationRequested, $"It never became true: {what}");
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
