using System.Globalization;

namespace Realtime.Delivery;

/// <summary>What a run is asked for.</summary>
internal sealed record CampaignOptions
{
    // A fifth of the messages is published by the server.
    private const double ServerShare = 0.2;

    /// <summary>How often something is done wrong that is to be seen to fail.</summary>
    internal const int MistakeEvery = 100;

    internal double Minutes { get; private init; } = 3;

    internal int Clients { get; private init; } = 200;

    internal int Rooms { get; private init; } = 20;

    internal int Rate { get; private init; } = 500;

    internal int Processes { get; private init; } = 4;

    internal int Seed { get; private init; } = 1;

    internal FaultSet Faults { get; private init; } = FaultSet.All;

    internal string Logs { get; init; } = Path.Combine(Path.GetTempPath(), $"delivery-{Environment.ProcessId}");

    /// <summary>What somebody does wrong, to see the run fail.</summary>
    internal string? Break { get; private init; }

    /// <summary>The fault of a cluster, or that there is none; nothing for one server without Redis.</summary>
    internal ClusterFault? Cluster { get; init; }

    /// <summary>How many servers there are.</summary>
    internal int Nodes => Cluster is null ? 1 : 3;

    internal TimeSpan Duration => TimeSpan.FromMinutes(Minutes);

    internal double PerRoom => Rate * ServerShare / Rooms / Nodes;

    internal double PerClient => Rate * (1 - ServerShare) / Clients;

    internal static CampaignOptions Parse(string[] args)
    {
        var options = new CampaignOptions();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            options = args[i] switch
            {
                "--minutes" => options with { Minutes = double.Parse(value, CultureInfo.InvariantCulture) },
                "--seconds" => options with { Minutes = double.Parse(value, CultureInfo.InvariantCulture) / 60 },
                "--clients" => options with { Clients = Number(value) },
                "--rooms" => options with { Rooms = Number(value) },
                "--rate" => options with { Rate = Number(value) },
                "--processes" => options with { Processes = Number(value) },
                "--seed" => options with { Seed = Number(value) },
                "--faults" => options with { Faults = FaultSets.Parse(value) },
                "--logs" => options with { Logs = value },
                "--break" => options with { Break = value },
                _ => throw new ArgumentException($"There is no option '{args[i]}'."),
            };
        }

        return args.Length % 2 == 0 ? options : throw new ArgumentException($"The option '{args[^1]}' has no value.");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
