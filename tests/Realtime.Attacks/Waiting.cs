using System.Diagnostics;

namespace Realtime.Attacks;

/// <summary>Waits that end.</summary>
internal static class Waiting
{
    internal static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    internal static Task<T> Within<T>(this Task<T> task) => task.WaitAsync(Limit);

    internal static Task Within(this Task task) => task.WaitAsync(Limit);

    /// <summary>Waits until something is true, and tells whether it has become so in time.</summary>
    internal static async Task<bool> BecomesAsync(Func<bool> holds, TimeSpan within)
    {
        long start = Stopwatch.GetTimestamp();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(start) > within)
            {
                return false;
            }

            await ticks.WaitForNextTickAsync();
        }

        return true;
    }

    internal static async Task UntilAsync(Func<bool> holds, string what)
    {
        if (!await BecomesAsync(holds, Limit))
        {
            throw new AttackFailure($"It never became true: {what}.");
        }
    }
}
