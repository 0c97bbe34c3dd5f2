using System.Net;
using Realtime.Checker;
using Realtime.Faults;
using Realtime.RedisServers;

namespace Realtime.Delivery;

/// <summary>Runs of several servers over a Redis, one for each fault, and the verdict on all.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class ClusterCampaign(CampaignOptions options, IReadOnlyList<ClusterFault> faults)
{
    internal async Task<int> RunAsync()
    {
        Console.WriteLine($"{options.Clients} clients in {options.Processes} processes, 3 servers, {options.Rooms} rooms, {options.Rate} messages/s, {options.Duration.TotalSeconds} s for each fault, seed {options.Seed}{(options.Break is null ? "" : $", broken: {options.Break}")}, logs: {options.Logs}");
        var verdicts = new List<ClusterVerdict>();
        foreach (ClusterFault fault in faults)
        {
            ClusterVerdict verdict = await RunAsync(options with { Cluster = fault, Logs = Path.Combine(options.Logs, ClusterFaults.NameOf(fault)) });
            verdict.Print();
            verdicts.Add(verdict);
        }

        Console.WriteLine(ClusterVerdict.Sum(verdicts));
        return verdicts.TrueForAll(static verdict => verdict.IsClean) ? 0 : 1;
    }

    private static async Task<ClusterVerdict> RunAsync(CampaignOptions options)
    {
        Directory.CreateDirectory(options.Logs);
        using var log = new DeliveryLog(Path.Combine(options.Logs, "campaign.jsonl"));
        await using ClusterRedis redis = await ClusterRedis.StartAsync(options.Cluster!.Value);
        int[] ports = [.. Enumerable.Range(0, options.Nodes).Select(static _ => LoopbackPort.Find())];
        ServerSlot[] servers = [.. ports.Select((port, index) => new ServerSlot(options, port, log, $"{(char)('a' + index)}", redis.Configuration))];
        using var clients = new ClientFleet(options);
        try
        {
            await Task.WhenAll(servers.Select(static server => server.StartAsync()));
            await using var proxy = FaultProxy.Start([.. ports.Select(static port => new IPEndPoint(IPAddress.Loopback, port))], new Random(options.Seed));
            await clients.StartAsync(proxy.EndPoint.Port);
            var plan = new ClusterPlan(options, proxy, servers, clients, redis, log);
            await plan.RunAsync();
            await Task.WhenAll(servers.Select(static server => server.TellAsync("peace")));
            ClientsStatus status = await clients.SettleAsync();
            ServerStatus[] served = await Task.WhenAll(servers.Select(static server => server.TellAsync("status")));
            await clients.TellAsync("stop");
            await Task.WhenAll(servers.Select(static server => server.StopAsync()));
            log.Dispose();
            return new ClusterVerdict(options, status, served.Concat(servers.Select(static server => server.Before)).Aggregate(static (left, right) => left + right), plan, redis.LostTail, proxy.Faults);
        }
        finally
        {
            Array.ForEach(servers, static server => server.Dispose());
        }
    }
}
