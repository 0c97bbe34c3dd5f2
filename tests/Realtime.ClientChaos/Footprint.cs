namespace Realtime.ClientChaos;

/// <summary>What a process holds: live bytes after full collections, handles, and timers that run.</summary>
internal sealed record Footprint(long LiveBytes, int Handles, long Timers)
{
    private const double BytesTolerance = 0.05;
    private const long BytesToleranceAtLeast = 1_000_000;

    // The run-time opens a few for itself when load asks for it, once.
    private const int HandlesTolerance = 4;
    private const int TimersTolerance = 2;

    internal static Footprint Measure()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Footprint(GC.GetTotalMemory(forceFullCollection: true), CountHandles(), Timer.ActiveCount);
    }

    internal IEnumerable<string> Exceeds(Footprint before)
    {
        if (LiveBytes > before.LiveBytes + Math.Max(BytesToleranceAtLeast, before.LiveBytes * BytesTolerance))
        {
            yield return $"{LiveBytes - before.LiveBytes:N0} live bytes more than before";
        }

        if (Handles > before.Handles + HandlesTolerance)
        {
            yield return $"{Handles - before.Handles} handles more than before";
        }

        if (Timers > before.Timers + TimersTolerance)
        {
            yield return $"{Timers - before.Timers} timers more than before";
        }
    }

    public override string ToString() => $"{LiveBytes:N0} live bytes, {Handles} handles, {Timers} timers";

    private static int CountHandles() => Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0;
}
