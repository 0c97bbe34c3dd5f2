using System.Diagnostics;
using System.Globalization;
using Realtime.Checker;
using Realtime.Faults;

namespace Realtime.Delivery;

/// <summary>Makes the faults of a run: small ones all the time, those that befall everybody in a fixed order.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class FaultPlan(CampaignOptions options, FaultProxy proxy, ServerSlot server, Network network, DeliveryLog log)
{
    private const double FaultsPerSecond = 8;

    // Longer than a heartbeat takes to find out: a half-open connection is not helped.
    private static readonly TimeSpan s_halfOpen = TimeSpan.FromSeconds(12);

    private readonly Random _random = new(options.Seed + 1);
    private readonly FaultSet[] _small = [.. new[] { FaultSet.Cut, FaultSet.Reset, FaultSet.HalfOpen, FaultSet.Delay, FaultSet.Trickle, FaultSet.Orphan }.Where(fault => options.Faults.HasFlag(fault))];

    internal Dictionary<FaultSet, long> Made { get; } = [];

    internal Network Network => network;

    internal async Task RunAsync()
    {
        using var end = new CancellationTokenSource(options.Duration);
        Task small = MakeSmallOnesAsync(end.Token);
        await MakeLargeOnesAsync(end.Token);
        await small;
    }

    private async Task MakeSmallOnesAsync(CancellationToken stopped)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1 / FaultsPerSecond));
        while (await beat.NextAsync(stopped))
        {
            if (_small.Length > 0)
            {
                proxy.ApplyToOne(Create(_small[_random.Next(_small.Length)]));
            }

            proxy.CutHalfOpen(s_halfOpen);
        }

        proxy.CutHalfOpen(TimeSpan.Zero);
    }

    private Fault Create(FaultSet kind) => kind switch
    {
        FaultSet.Cut => Fault.CutAfter(_random.Next(2) == 0 ? Directions.ToTarget : Directions.ToClient, _random.Next(1, 1000)),
        FaultSet.Reset => Fault.Reset,
        FaultSet.HalfOpen => Fault.HalfOpen(AnyDirection()),
        FaultSet.Delay => Fault.Delay(AnyDirection(), Milliseconds(50, 1500)),
        FaultSet.Trickle => Fault.Trickle(AnyDirection(), _random.Next(1, 64), Milliseconds(5, 30), Milliseconds(500, 3000)),
        _ => Fault.Orphan(Milliseconds(200, 4000)),
    };

    // Each once, spread over the run, in this order; the server is killed twice in a run of some minutes.
    private async Task MakeLargeOnesAsync(CancellationToken stopped)
    {
        FaultSet[] order = [FaultSet.Loss, FaultSet.Kill, FaultSet.Narrow, FaultSet.Blackout, FaultSet.Restart, FaultSet.Loss, FaultSet.Narrow, FaultSet.Restart, FaultSet.Kill];
        FaultSet[] chosen = [.. order.Where(fault => options.Faults.HasFlag(fault))];
        chosen = options.Minutes < 2 ? [.. chosen.Distinct()] : chosen;
        using var beat = new PeriodicTimer(options.Duration / (chosen.Length + 1));
        foreach (FaultSet fault in chosen)
        {
            if (!await beat.NextAsync(stopped))
            {
                break;
            }

            log.Add(Records.Fault(fault.ToString().ToLowerInvariant(), begins: true));
            long since = Stopwatch.GetTimestamp();
            await MakeAsync(fault);
            Made[fault] = Made.GetValueOrDefault(fault) + 1;
            log.Add(Records.Fault(fault.ToString().ToLowerInvariant(), begins: false));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fault} for {Stopwatch.GetElapsedTime(since).TotalSeconds:F1} s"));
        }

        await beat.NextAsync(stopped);
    }

    private async Task MakeAsync(FaultSet fault)
    {
        switch (fault)
        {
            case FaultSet.Loss:
                await network.LoseAsync(percent: 5);
                await Task.Delay(TimeSpan.FromSeconds(8));
                await network.StopLosingAsync();
                break;
            case FaultSet.Narrow:
                await network.NarrowAsync(kilobitsPerSecond: 8000);
                await Task.Delay(TimeSpan.FromSeconds(8));
                await network.WidenAsync();
                break;
            case FaultSet.Blackout:
                proxy.StopListening();
                proxy.ApplyToAll(Fault.Reset);
                await Task.Delay(TimeSpan.FromSeconds(20));
                proxy.StartListening();
                break;
            case FaultSet.Restart:
                await server.StopAsync();
                await server.StartAsync();
                break;
            case FaultSet.Kill:
                await server.KillAsync();
                await server.StartAsync();
                break;
        }
    }

    private Directions AnyDirection() => (Directions)_random.Next(1, 4);

    private TimeSpan Milliseconds(int from, int to) => TimeSpan.FromMilliseconds(_random.Next(from, to));
}
