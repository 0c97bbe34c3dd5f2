using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.Support;

/// <summary>Lets the time of a test pass while something is waited for, so that nothing depends on how fast the machine is.</summary>
internal static class PassingTime
{
    internal static async Task<T> WhileAsync<T>(this Task<T> task, FakeTimeProvider time, int stepMilliseconds = 10)
    {
        await ((Task)task).WhileAsync(time, stepMilliseconds);
        return await task;
    }

    internal static async Task WhileAsync(this Task task, FakeTimeProvider time, int stepMilliseconds = 10)
    {
        await Bounded.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(stepMilliseconds));
                return task.IsCompleted;
            },
            "something has come");
        await task;
    }
}
