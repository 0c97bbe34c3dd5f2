using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Realtime.Delivery;

/// <summary>A process of this program. It ends when its input does, so it never outlives this one.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    internal static async Task<ChildProcess> StartAsync<TOrder>(string kind, TOrder order)
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ChildProcess).Assembly.Location, kind, JsonSerializer.Serialize(order)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var child = new ChildProcess(process);
        string? answer = await process.StandardOutput.ReadLineAsync();
        return answer == "ready" ? child : throw new InvalidOperationException($"A process of the kind '{kind}' did not start: {answer}");
    }

    internal async Task<TStatus> TellAsync<TStatus>(string word)
    {
        await _process.StandardInput.WriteLineAsync(word);
        await _process.StandardInput.FlushAsync();
        string? answer = await _process.StandardOutput.ReadLineAsync();
        return JsonSerializer.Deserialize<TStatus>(answer ?? "null") ?? throw new InvalidOperationException($"A process ended when it was told '{word}'.");
    }

    internal async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends it a signal.</summary>
    internal async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>As <c>kill -9</c>.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
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
