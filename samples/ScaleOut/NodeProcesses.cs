using System.Collections.Concurrent;

namespace ScaleOut;

/// <summary>The nodes, by name.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class NodeProcesses(string redis) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, NodeProcess> _nodes = new(StringComparer.Ordinal);

    public IEnumerable<NodeProcess> All => _nodes.Values.OrderBy(static node => node.Name, StringComparer.Ordinal);

    /// <summary>Starts a node; one that has ended comes back where it was.</summary>
    public async Task StartAsync(string name)
    {
        _nodes.TryGetValue(name, out NodeProcess? before);
        if (before is not { IsRunning: true })
        {
            _nodes[name] = await NodeProcess.StartAsync(name, redis, before?.Address ?? "http://127.0.0.1:0");
            Console.WriteLine($"Node {name}: process {_nodes[name].ProcessId}");
        }
    }

    public Task KillAsync(string name) => _nodes.TryGetValue(name, out NodeProcess? node) ? node.KillAsync() : Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProcess node in All)
        {
            await node.KillAsync();
        }
    }
}
