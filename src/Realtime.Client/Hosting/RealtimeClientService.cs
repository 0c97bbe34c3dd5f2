using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;

namespace Realtime.Client.Hosting;

/// <summary>Connects a client with its host. A server that is away does not keep the host from starting: the client goes on trying.</summary>
internal sealed class RealtimeClientService(RealtimeClient client, ILogger logger) : IHostedService
{
    private Task _connecting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _connecting = ConnectAsync();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        await _connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ConnectAsync()
    {
        try
        {
            await client.ConnectAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (ConnectFailedException failure)
        {
            ClientLog.HostedClientFailed(logger, failure);
        }
    }
}
