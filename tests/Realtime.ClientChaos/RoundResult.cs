using Realtime.Faults;

namespace Realtime.ClientChaos;

/// <summary>What became of a round. It holds no client, so that one that is still there is a leak.</summary>
internal sealed record RoundResult
{
    internal RoundResult(ChaosClient[] clients, TimeSpan lasted, long[] taken, TimeSpan untilProven, int connected, string[] missing, long hung, string[] refused, FaultCounters faults)
    {
        (Clients, Lasted, UntilProven, Connected, Missing, Hung, Refused, Faults) = (clients.Length, lasted, untilProven, connected, missing, hung, refused, faults);
        Rates = [.. taken.Select(count => count / lasted.TotalSeconds)];
        Tallies = [.. clients.Select(static client => client.Tally)];
        Orders = [.. clients.Select(static client => client.Order)];
        Disconnects = clients.Sum(static client => client.History.Disconnects);
        Reconnects = clients.Sum(static client => client.History.Reconnects);
        Watched = [.. clients.Select(static client => client.Watch())];
    }

    internal int Clients { get; }

    internal TimeSpan Lasted { get; }

    internal TimeSpan UntilProven { get; }

    internal int Connected { get; }

    internal string[] Missing { get; }

    internal long Hung { get; }

    internal string[] Refused { get; }

    internal FaultCounters Faults { get; }

    /// <summary>Gets how many emits in a second each client took.</summary>
    internal double[] Rates { get; }

    internal EmitTally[] Tallies { get; }

    internal OrderWatch[] Orders { get; }

    internal long Disconnects { get; }

    internal long Reconnects { get; }

    internal string ProxyLeft { get; init; } = "";

    /// <summary>Gets how many clients are still in memory; ask after a collection.</summary>
    internal int StillThere => Watched.Count(static client => client.IsAlive);

    private WeakReference[] Watched { get; }

    internal long Sum(Func<EmitTally, long> count) => Tallies.Sum(count);
}
