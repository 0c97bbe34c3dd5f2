using System.Diagnostics;

namespace ScaleOut;

/// <summary>A node: this program, started again.</summary>
public sealed class NodeProcess
{
    private readonly Process _process;

    private NodeProcess(string name, string address, Process process) => (Name, Address, _process) = (name, address, process);

    public string Name { get; }

    public string Address { get; }

    public int ProcessId => _process.Id;

    public bool IsRunning => !_process.HasExited;

    internal static async Task<NodeProcess> StartAsync(string name, string redis, string address)
    {
        string program = typeof(NodeProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, "node", "--node", name, "--redis", redis, "--urls", address]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        Process process = Process.Start(start)!;
        return new NodeProcess(name, await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"Node {name} has not started."), process);
    }

    /// <summary>Ends it as a crash does (SIGKILL): it says goodbye to nobody.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }
}
