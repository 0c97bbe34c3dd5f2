using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Realtime.Delivery;

/// <summary>Makes the loopback device of this network namespace lose packets, or narrow. The namespace has to be a new one: it is changed without asking.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed partial class Network
{
    internal long Dropped { get; private set; }

    internal long Delayed { get; private set; }

    internal async Task LoseAsync(int percent)
    {
        await RunAsync("nft", "add table inet delivery");
        await RunAsync("nft", "add chain inet delivery in { type filter hook input priority 0; }");
        await RunAsync("nft", $"add rule inet delivery in numgen random mod 100 < {percent} counter drop");
    }

    internal async Task StopLosingAsync()
    {
        Dropped += Number(Packets().Match(await RunAsync("nft", "list table inet delivery")));
        await RunAsync("nft", "delete table inet delivery");
    }

    internal async Task NarrowAsync(int kilobitsPerSecond) =>
        await RunAsync("tc", string.Create(CultureInfo.InvariantCulture, $"qdisc add dev lo root tbf rate {kilobitsPerSecond}kbit burst 32kb latency 500ms"));

    internal async Task WidenAsync()
    {
        Delayed += Number(Overlimits().Match(await RunAsync("tc", "-s qdisc show dev lo")));
        await RunAsync("tc", "qdisc del dev lo root");
    }

    private static long Number(Match match) => match.Success ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static async Task<string> RunAsync(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments} failed.");
    }

    [GeneratedRegex("counter packets ([0-9]+)")]
    private static partial Regex Packets();

    [GeneratedRegex("overlimits ([0-9]+)")]
    private static partial Regex Overlimits();
}
