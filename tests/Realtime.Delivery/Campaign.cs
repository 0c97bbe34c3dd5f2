using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Realtime.Checker;
using Realtime.Faults;

namespace Realtime.Delivery;

/// <summary>One run: processes, faults, peace, quiet, and the verdict on what was written down.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class Campaign(CampaignOptions options)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    // Longer than a client waits for what it has asked for again, and than a heartbeat takes.
    private const double QuietSeconds = 8;

    private readonly List<ChildProcess> _clients = [];

    internal async Task<int> RunAsync()
    {
        Console.WriteLine($"{options.Clients} clients in {options.Processes} processes, {options.Rooms} rooms, {options.Rate} messages/s for {options.Duration.TotalSeconds} s, seed {options.Seed}, faults: {options.Faults}{(options.Break is null ? "" : $", broken: {options.Break}")}");
        Directory.CreateDirectory(options.Logs);
        using var log = new DeliveryLog(Path.Combine(options.Logs, "campaign.jsonl"));
        int port = FreePort();
        await using var proxy = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, port), new Random(options.Seed));
        using var server = new ServerSlot(options, port, log);
        await server.StartAsync();
        await StartClientsAsync(proxy.EndPoint.Port);
        try
        {
            var network = new Network();
            var plan = new FaultPlan(options, proxy, server, network, log);
            await plan.RunAsync();
            ClientsStatus status = await SettleAsync(server);
            ServerStatus served = server.Past + await server.TellAsync("status");
            await TellClientsAsync("stop");
            await server.StopAsync();
            log.Dispose();
            return new Verdict(options, status, served, plan, proxy.Faults).Print();
        }
        finally
        {
            _clients.ForEach(static process => process.Dispose());
        }
    }

    private async Task StartClientsAsync(int port)
    {
        int first = 0;
        for (int index = 0; index < options.Processes; index++)
        {
            int count = ((index + 1) * options.Clients / options.Processes) - first;
            string path = Path.Combine(options.Logs, $"clients-{index + 1}.jsonl");
            _clients.Add(await ChildProcess.StartAsync("clients", new ClientsOrder(path, port, first, count, options.Rooms, options.PerClient, options.Break)));
            first += count;
        }
    }

    // Nothing is sent any more; all come back, all is answered, and nothing happens for a while.
    private async Task<ClientsStatus> SettleAsync(ServerSlot server)
    {
        await server.TellAsync("peace");
        await TellClientsAsync("peace");
        long since = Stopwatch.GetTimestamp();
        ClientsStatus status;
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        do
        {
            await beat.WaitForNextTickAsync();
            status = await TellClientsAsync("status");
            if (status.Connected == options.Clients && status.Open == 0 && status.QuietSeconds >= QuietSeconds)
            {
                await TellClientsAsync("quiet");
                return status;
            }
        }
        while (Stopwatch.GetElapsedTime(since) < s_patience);
        return status;
    }

    private async Task<ClientsStatus> TellClientsAsync(string word)
    {
        ClientsStatus[] all = await Task.WhenAll(_clients.Select(process => process.TellAsync<ClientsStatus>(word)));
        return all.Aggregate(static (left, right) => left + right);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
