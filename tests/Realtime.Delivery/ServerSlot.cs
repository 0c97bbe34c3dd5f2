using Realtime.Checker;

namespace Realtime.Delivery;

/// <summary>The server as the network sees it: one port, one process after the other behind it.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class ServerSlot(CampaignOptions options, int port, DeliveryLog log) : IDisposable
{
    private ChildProcess? _process;
    private string _owner = "";
    private int _starts;

    /// <summary>Gets what the servers before this one have done.</summary>
    internal ServerStatus Past { get; private set; } = new(0, 0, 0);

    internal async Task StartAsync()
    {
        _owner = $"s{++_starts}";
        string path = Path.Combine(options.Logs, $"server-{_starts}.jsonl");
        _process = await ChildProcess.StartAsync("server", new ServerOrder(path, port, _owner, options.Rooms, options.PerRoom, options.Break));
    }

    internal Task<ServerStatus> TellAsync(string word) => _process!.TellAsync<ServerStatus>(word);

    /// <summary>Stops it in order.</summary>
    internal async Task StopAsync()
    {
        Past += await TellAsync("stop");
        await _process!.EndAsync();
    }

    internal async Task KillAsync()
    {
        Past += await TellAsync("status");
        log.Add(Records.CrashOfNode(_owner));
        await _process!.KillAsync();
    }

    public void Dispose() => _process?.Dispose();
}
