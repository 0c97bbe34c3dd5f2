using System.Diagnostics;
using System.Globalization;

namespace Realtime.RedisServers;

/// <summary>A process of redis-server, in whatever role.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class RedisProcess
{
    private readonly Process _process;

    private RedisProcess(Process process) => _process = process;

    internal int Id => _process.Id;

    /// <summary>Starts one, and waits until it writes that it is there.</summary>
    /// <exception cref="InvalidOperationException">It has ended before.</exception>
    internal static async Task<RedisProcess> StartAsync(IReadOnlyList<string> arguments, string ready)
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var isReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Process process = Process.Start(start)!;
        var output = ProcessOutput.Read(process, line =>
        {
            if (line.Contains(ready, StringComparison.Ordinal))
            {
                isReady.TrySetResult();
            }
        });
        if (await Task.WhenAny(isReady.Task, output.Ended).ConfigureAwait(false) != isReady.Task)
        {
            process.Dispose();
            throw new InvalidOperationException($"redis-server has ended:\n{output}");
        }

        return new RedisProcess(process);
    }

    internal async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    internal async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", ["-s", signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().ConfigureAwait(false);
    }
}
