using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Realtime.ClientChaos;

/// <summary>The process of the server. It ends when its input does, so it never outlives this one.</summary>
internal sealed class HostProcess : IDisposable
{
    private readonly Process _process;

    private HostProcess(Process process, int port)
    {
        _process = process;
        EndPoint = new IPEndPoint(IPAddress.Loopback, port);
    }

    internal IPEndPoint EndPoint { get; }

    internal bool HasExited => _process.HasExited;

    internal static async Task<HostProcess> StartAsync(string? mistake)
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(HostProcess).Assembly.Location, "host", mistake ?? ""])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string? port = await process.StandardOutput.ReadLineAsync();
        return new HostProcess(process, int.Parse(port ?? "", CultureInfo.InvariantCulture));
    }

    internal async Task<HostReport> StopAsync()
    {
        _process.StandardInput.Close();
        string? report = await _process.StandardOutput.ReadLineAsync();
        await _process.WaitForExitAsync();
        return JsonSerializer.Deserialize<HostReport>(report ?? "null") ?? throw new InvalidOperationException("The server ended without a report.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
