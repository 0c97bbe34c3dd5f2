using System.Diagnostics;
using System.Text;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Servers;

/// <summary>A conformance host in a process of its own, on one port for its life, so that it can die and come back where clients look for it.</summary>
/// <remarks>Confined to the test that owns it; the RPC is thread-safe.</remarks>
public sealed class ConformanceServer(ServerProgram program) : IAsyncDisposable
{
    private readonly HttpClient _http = new() { Timeout = Bounded.Limit };
    private readonly ReservedPort _port = new();
    private readonly StringBuilder _output = new();
    private Process? _process;

    /// <summary>Gets which server it is.</summary>
    public ServerProgram Program => program;

    /// <summary>Gets the port of its whole life.</summary>
    public int Port => _port.Number;

    /// <summary>Gets where clients find it.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Gets a value indicating whether the process is there.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Calls the server API from outside.</summary>
    /// <param name="profile">The server to call: each profile is one of its own.</param>
    /// <returns>What calls it.</returns>
    public ServerRpc Rpc(string profile = "default") => new(_http, Url, profile);

    /// <summary>Starts the process, the first time or again, and waits until it accepts connections.</summary>
    /// <returns>A task.</returns>
    public async Task StartAsync()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = program.On(Port), EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Note(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Note(line.Data, ready);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"{program} ended before it was ready:\n{_output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await ready.Task.Within();
    }

    /// <summary>Ends the process at once; nobody is told.</summary>
    /// <returns>A task.</returns>
    public Task KillAsync()
    {
        _process!.Kill();
        return EndAsync();
    }

    /// <summary>Asks the process to stop in its own time.</summary>
    /// <returns>A task that ends with the process.</returns>
    public async Task StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", $"{_process!.Id}"]);
        await EndAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            await KillAsync();
        }

        _http.Dispose();
        _port.Dispose();
    }

    private async Task EndAsync()
    {
        await _process!.WaitForExitAsync().Within();
        _process.Dispose();
        _process = null;
    }

    private void Note(string? line, TaskCompletionSource ready)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line?.EndsWith(" ready", StringComparison.Ordinal) == true)
        {
            ready.TrySetResult();
        }
    }
}
