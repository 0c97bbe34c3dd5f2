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
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"It never became true: {what}");
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
