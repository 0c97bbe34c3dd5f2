using Microsoft.Extensions.Time.Testing;

namespace Realtime.Core.Tests;

/// <summary>Moves a clock as a real one moves: in small steps, so that every timer sees the time it asked for.</summary>
internal static class VirtualTime
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(50);

    internal static void Pass(this FakeTimeProvider time, double seconds)
    {
        TimeSpan left = TimeSpan.FromSeconds(seconds);
        while (left > TimeSpan.Zero)
        {
            TimeSpan step = left < s_step ? left : s_step;
            time.Advance(step);
            left -= step;
        }
    }
}
