using System.Diagnostics;

namespace Realtime.Delivery;

/// <summary>All clients of a run, in their processes.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class ClientFleet(CampaignOptions options) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    // Longer than a client waits for what it has asked for again, and than a heartbeat takes.
    private const double QuietSeconds = 8;

    private readonly List<ChildProcess> _processes = [];

    internal async Task StartAsync(int port)
    {
        int first = 0;
        var starting = new List<Task<ChildProcess>>();
        for (int index = 0; index < options.Processes; index++)
        {
            int count = ((index + 1) * options.Clients / options.Processes) - first;
            string path = Path.Combine(options.Logs, $"clients-{index + 1}.jsonl");
            starting.Add(ChildProcess.StartAsync("clients", new ClientsOrder(path, port, first, count, options.Rooms, options.PerClient, options.Break, options.Cluster is not null, options.Cluster?.MayLose() == true)));
            first += count;
        }

        _processes.AddRange(await Task.WhenAll(starting));
    }

    /// <summary>Nothing is sent any more; all come back, all is answered, and nothing happens for a while.</summary>
    internal async Task<ClientsStatus> SettleAsync()
    {
        await TellAsync("peace");
        long since = Stopwatch.GetTimestamp();
        ClientsStatus status;
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        do
        {
            await beat.WaitForNextTickAsync();
            status = await TellAsync("status");
            if (status.Connected == options.Clients && status.Open == 0 && status.QuietSeconds >= QuietSeconds)
            {
                await TellAsync("quiet");
                return status;
            }
        }
        while (Stopwatch.GetElapsedTime(since) < s_patience);
        return status;
    }

    internal async Task<ClientsStatus> TellAsync(string word)
    {
        ClientsStatus[] all = await Task.WhenAll(_processes.Select(process => process.TellAsync<ClientsStatus>(word)));
        return all.Aggregate(static (left, right) => left + right);
    }

    public void Dispose() => _processes.ForEach(static process => process.Dispose());
}
