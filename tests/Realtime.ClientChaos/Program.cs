// Realtime.ClientChaos [--seconds 120] [--clients 50] [--seed 1] [--break order|answer]
// Clients behind a proxy that makes faults. Ends with "clients: N of N connected, N hung awaits, N out of order"; non-zero when anything was violated.
// Realtime.ClientChaos host [order|answer]      is the server, which the program starts itself.
using Realtime.ClientChaos;

if (args is ["host", .. var rest])
{
    await ChaosHost.RunAsync(rest.FirstOrDefault());
    return 0;
}

return await Campaign.RunAsync(CampaignOptions.Parse(args));
