using System.Diagnostics;
using System.Globalization;
using Realtime.Load;

namespace Realtime.ClientBench.Measurement;

/// <summary>Node's server, pinned to a core, that is killed and started again on the same port.</summary>
internal sealed class RestartableServer(string script, int port, int core) : IDisposable
{
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(20);

    private Process? _process;

    /// <summary>Starts the server.</summary>
    /// <returns>The moment at which its ready line was seen.</returns>
    public async Task<long> StartAsync()
    {
        var start = new ProcessStartInfo("taskset", ["-c", core.ToString(CultureInfo.InvariantCulture), "node", script]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(s_longestStart);
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } text)
        {
            if (text.Contains("ready", StringComparison.Ordinal))
            {
                return Stopwatch.GetTimestamp();
            }
        }

        throw new LoadFailure("the server ended before it was ready");
    }

    /// <summary>Kills it.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    public void Dispose()
    {
        // taskset has become node: there are no children.
        _process?.Kill();
        _process?.Dispose();
    }
}
