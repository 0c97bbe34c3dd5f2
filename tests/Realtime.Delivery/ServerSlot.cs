using Realtime.Checker;

namespace Realtime.Delivery;

/// <summary>The server as the network sees it: one port, one process after the other behind it.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class ServerSlot(CampaignOptions options, int port, DeliveryLog log, string name = "", string? redis = null) : IDisposable
{
    private ChildProcess? _process;
    private string _owner = "";
    private int _starts;

    /// <summary>Gets what the servers before this one have done.</summary>
    internal ServerStatus Past { get; private set; } = new();

    internal async Task StartAsync()
    {
        Before = Past;
        _owner = $"s{name}{++_starts}";
        string path = Path.Combine(options.Logs, $"server-{name}{_starts}.jsonl");
        _process = await ChildProcess.StartAsync("server", new ServerOrder(path, port, _owner, options.Rooms, options.PerRoom, options.Break, redis, options.Cluster?.MayLose() == true));
    }

    /// <summary>Gets what the servers before this one have done, also when this one has been stopped.</summary>
    internal ServerStatus Before { get; private set; } = new();

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

    /// <summary>Lets it stand still for a while: its connections stay open.</summary>
    internal async Task SuspendAsync(TimeSpan duration)
    {
        await _process!.SignalAsync("STOP");
        await Task.Delay(duration);
        await _process.SignalAsync("CONT");
    }

    public void Dispose() => _process?.Dispose();
}
