using System.Diagnostics;
using Realtime.Faults;

namespace Realtime.ClientChaos;

/// <summary>Makes faults of all kinds, so many in a second, until it is stopped.</summary>
internal sealed class FaultPlan(FaultProxy proxy, Random random)
{
    private const int FaultsPerSecond = 25;

    // Longer than a heartbeat takes to find out: a half-open connection is not helped.
    private static readonly TimeSpan s_halfOpen = TimeSpan.FromSeconds(10);

    internal async Task RunAsync(CancellationToken stopped)
    {
        long start = Stopwatch.GetTimestamp();
        long made = 0;
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(1000.0 / FaultsPerSecond));
        while (await beat.NextAsync(stopped))
        {
            // Beats that were missed are made up for.
            for (; made < (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * FaultsPerSecond); made++)
            {
                await MakeAsync(random.Next(1000), stopped);
            }

            proxy.CutHalfOpen(s_halfOpen);
        }

        proxy.StopRefusing();
    }

    private async Task MakeAsync(int dice, CancellationToken stopped)
    {
        switch (dice)
        {
            case < 190:
                proxy.ApplyToOne(Fault.Cut);
                break;
            case < 380:
                proxy.ApplyToOne(Fault.Reset);
                break;
            case < 600:
                proxy.ApplyToOne(Fault.Delay(AnyDirection(), Milliseconds(50, 800)));
                break;
            case < 640:
                proxy.ApplyToOne(Fault.Orphan(Milliseconds(200, 2000)));
                break;
            case < 700:
                proxy.ApplyToOne(Fault.HalfOpen(AnyDirection()));
                break;
            case < 900:
                proxy.ApplyToOne(Fault.Trickle(AnyDirection(), random.Next(1, 64), Milliseconds(5, 30), Milliseconds(200, 1500)));
                break;
            case < 991:
                proxy.RefuseNext(1);
                break;
            default:
                await GoDownAsync(stopped);
                break;
        }
    }

    // As a server that restarts: now and then it takes everybody with it.
    private async Task GoDownAsync(CancellationToken stopped)
    {
        proxy.StopListening();
        if (random.Next(4) == 0)
        {
            proxy.ApplyToAll(Fault.Reset);
        }

        using var beat = new PeriodicTimer(Milliseconds(200, 1000));
        await beat.NextAsync(stopped);
        proxy.StartListening();
    }

    private Directions AnyDirection() => (Directions)random.Next(1, 4);

    private TimeSpan Milliseconds(int from, int to) => TimeSpan.FromMilliseconds(random.Next(from, to));
}
