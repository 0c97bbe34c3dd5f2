using System.Diagnostics;

namespace Realtime.Load.Loads;

/// <summary>Sends on schedule, whatever the server does; one that is late is sent at once with its intended time.</summary>
internal sealed class OpenLoop(double perSecond)
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    public void Run(Fleet fleet, TimeSpan time, Action<long> send)
    {
        var start = Stopwatch.GetTimestamp();
        var total = (long)(time.TotalSeconds * perSecond);
        for (long sent = 0; sent < total;)
        {
            var intendedAt = start + (long)(sent / perSecond * Stopwatch.Frequency);
            var early = intendedAt - Stopwatch.GetTimestamp();
            if (early > 0)
            {
                fleet.Poll((long)(early * NanosecondsPerTick));
                continue;
            }

            send(intendedAt);
            sent++;
            fleet.Poll(0);
        }
    }
}
