using System.Diagnostics;
using Realtime.RedisServers;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>The official client, run by Node.</summary>
internal static class SocketIoClient
{
    // A whole script, with a Node that starts: longer than one wait of a test.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Lets clients on each transport ask, speak and hear each other.</summary>
    /// <param name="address">Where the load balancer is.</param>
    /// <param name="cookies"><c>cookies</c> if they keep cookies, which they do not by themselves outside of a browser.</param>
    internal static async Task MeetAsync(string address, string cookies)
    {
        string script = Path.Combine(Guide.Root, "tests", "interop", "balancers", "meet.mjs");
        var start = new ProcessStartInfo("node", [script, address, cookies]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NODE_NO_WARNINGS"] = "1";
        using Process process = Process.Start(start)!;
        var output = ProcessOutput.Read(process);
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"The clients never came to an end:\n{output}");
        }

        await output.Ended.WaitAsync(s_limit);
        Assert.True(process.ExitCode == 0, output.ToString());
    }
}
