// Realtime.Delivery [--minutes 3] [--clients 200] [--rooms 20] [--rate 500] [--processes 4] [--seed 1] [--faults all|none|cut,…] [--logs folder] [--break …]
// Clients, a server and a proxy that makes faults, each client and the server writing down what happens. Ends with the closing line of the checker; non-zero when
// anything was violated, or when a fault or a branch that was asked for did not occur.
// Realtime.Delivery cluster [fault] [--seconds 60] [--clients 200] …   the same with three servers over a Redis, one fault after the other, or the one that is named.
// Realtime.Delivery server <order>      is the server, and
// Realtime.Delivery clients <order>     holds clients: the program starts both itself.
using System.Text.Json;
using Realtime.Delivery;

switch (args)
{
    case ["server", var order]:
        await ServerProcess.RunAsync(JsonSerializer.Deserialize<ServerOrder>(order)!);
        return 0;
    case ["clients", var order]:
        await ClientsProcess.RunAsync(JsonSerializer.Deserialize<ClientsOrder>(order)!);
        return 0;
    case ["cluster", ['-', ..], ..] or ["cluster"]:
        return await new ClusterCampaign(CampaignOptions.Parse(["--minutes", "1", .. args[1..]]), ClusterFaults.All).RunAsync();
    case ["cluster", var fault, .. var settings]:
        return await new ClusterCampaign(CampaignOptions.Parse(["--minutes", "1", .. settings]), [ClusterFaults.Parse(fault)]).RunAsync();
    default:
        return await new Campaign(CampaignOptions.Parse(args)).RunAsync();
}
