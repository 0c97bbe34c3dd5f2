using System.Globalization;

namespace Realtime.ClientChaos;

/// <summary>What a run is asked for.</summary>
internal sealed record CampaignOptions
{
    // What two minutes owe; a shorter run owes its share.
    private const int FaultsInTwoMinutes = 2000;

    internal const int MinEmitsPerSecond = 20;

    internal int Seconds { get; private init; } = 120;

    internal int Clients { get; private init; } = 50;

    internal int Seed { get; private init; } = 1;

    /// <summary>What the server does wrong, to see the run fail.</summary>
    internal string? Break { get; private init; }

    internal long MinFaults => (long)FaultsInTwoMinutes * Seconds / 120;

    internal static CampaignOptions Parse(string[] args)
    {
        var options = new CampaignOptions();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            options = args[i] switch
            {
                "--seconds" => options with { Seconds = Number(value) },
                "--clients" => options with { Clients = Number(value) },
                "--seed" => options with { Seed = Number(value) },
                "--break" => options with { Break = value },
                _ => throw new ArgumentException($"There is no option '{args[i]}'."),
            };
        }

        return args.Length % 2 == 0 ? options : throw new ArgumentException($"The option '{args[^1]}' has no value.");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
