using System.Diagnostics;
using Realtime.Contracts;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>The official client, run by Node.</summary>
internal static class SocketIoClient
{
    /// <summary>Lets clients on each transport ask, speak and hear each other.</summary>
    /// <param name="address">Where the load balancer is.</param>
    /// <param name="cookies"><c>cookies</c> if they keep cookies, which they do not by themselves outside of a browser.</param>
    internal static async Task MeetAsync(string address, string cookies)
    {
        string script = Path.Combine(Guide.Root, "tests", "interop", "balancers", "meet.mjs");
        var start = new ProcessStartInfo("node", [script, address, cookies]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_NO_WARNINGS"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync().Within();
        await process.WaitForExitAsync().Within();
        Assert.True(process.ExitCode == 0, await output + errors);
    }
}
