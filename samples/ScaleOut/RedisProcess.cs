using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScaleOut;

/// <summary>A redis-server on a free port of this machine, without files. Real ones run elsewhere, with a replica and persistence.</summary>
public sealed class RedisProcess : IAsyncDisposable
{
    // It ends when its input does, also when this process was killed.
    private const string Script = "command -v redis-server || exit 1; trap '' INT; redis-server \"$@\" & read -r end; kill $! 2> /dev/null; wait";
    private const string Ready = "Ready to accept connections";

    private readonly Process _process;

    private RedisProcess(Process process, string address) => (_process, Address) = (process, address);

    public string Address { get; }

    internal static async Task<RedisProcess> StartAsync()
    {
        string port = FindPort().ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("sh", ["-c", Script, "sh", "--port", port, "--bind", "127.0.0.1", "--save", ""]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        var isReady = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                isReady.TrySetException(new InvalidOperationException("redis-server has not started. Is it installed?"));
            }
            else if (line.Data.Contains(Ready, StringComparison.Ordinal))
            {
                isReady.TrySetResult();
            }
        };
        process.BeginOutputReadLine();
        await isReady.Task;
        return new RedisProcess(process, $"127.0.0.1:{port}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
