namespace Realtime.Delivery;

/// <summary>Waits that end without an exception.</summary>
internal static class Beats
{
    /// <summary>Waits for the next beat.</summary>
    /// <returns>Whether it came before the end.</returns>
    internal static async Task<bool> NextAsync(this PeriodicTimer beat, CancellationToken end)
    {
        try
        {
            return await beat.WaitForNextTickAsync(end);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits until something is true.</summary>
    /// <returns>Whether it became so before the deadline.</returns>
    internal static async Task<bool> BecomesAsync(Func<bool> holds, CancellationToken deadline)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!holds())
        {
            if (!await beat.NextAsync(deadline))
            {
                return holds();
            }
        }

        return true;
    }
}
