using System.Net;
using Realtime.Checker;
using Realtime.Faults;
using Realtime.RedisServers;

namespace Realtime.Delivery;

/// <summary>One run: processes, faults, peace, quiet, and the verdict on what was written down.</summary>
/// <remarks>Confined to one flow.</remarks>
internal sealed class Campaign(CampaignOptions options)
{
    internal async Task<int> RunAsync()
    {
        Console.WriteLine($"{options.Clients} clients in {options.Processes} processes, {options.Rooms} rooms, {options.Rate} messages/s for {options.Duration.TotalSeconds} s, seed {options.Seed}, faults: {options.Faults}{(options.Break is null ? "" : $", broken: {options.Break}")}");
        Directory.CreateDirectory(options.Logs);
        using var log = new DeliveryLog(Path.Combine(options.Logs, "campaign.jsonl"));
        int port = LoopbackPort.Find();
        await using var proxy = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, port), new Random(options.Seed));
        using var server = new ServerSlot(options, port, log);
        await server.StartAsync();
        using var clients = new ClientFleet(options);
        await clients.StartAsync(proxy.EndPoint.Port);
        var plan = new FaultPlan(options, proxy, server, new Network(), log);
        await plan.RunAsync();
        await server.TellAsync("peace");
        ClientsStatus status = await clients.SettleAsync();
        ServerStatus served = server.Past + await server.TellAsync("status");
        await clients.TellAsync("stop");
        await server.StopAsync();
        log.Dispose();
        return new Verdict(options, status, served, plan, proxy.Faults).Print();
    }
}
