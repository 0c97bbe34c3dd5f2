namespace Realtime.ClientChaos;

/// <summary>A short round that warms up what a process keeps, the round that counts, and the verdict.</summary>
internal static class Campaign
{
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(8);

    internal static async Task<int> RunAsync(CampaignOptions options)
    {
        Console.WriteLine($"{options.Clients} clients for {options.Seconds} s, seed {options.Seed}{(options.Break is null ? "" : $", the server broken: {options.Break}")}");
        using HostProcess host = await HostProcess.StartAsync(options.Break);
        await Round.RunAsync(host, options.Clients, firstIndex: 10_000, options.Seed + 1000, s_warmUp);
        Footprint before = Footprint.Measure();
        RoundResult result = await Round.RunAsync(host, options.Clients, firstIndex: 0, options.Seed, TimeSpan.FromSeconds(options.Seconds));
        Footprint after = Footprint.Measure();
        var verdict = new Verdict(options, result, before, after, await host.StopAsync());
        verdict.Print();
        return verdict.Violations.Count == 0 ? 0 : 1;
    }
}
