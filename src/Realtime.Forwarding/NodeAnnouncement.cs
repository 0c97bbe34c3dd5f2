using Microsoft.Extensions.Hosting;
using Realtime.Core.Hosting;

namespace Realtime.Forwarding;

/// <summary>Tells the others where this node is, before it has a connection that they could be asked for.</summary>
internal sealed class NodeAnnouncement(RequestForwarder forwarder, INodeAddresses addresses, Uri address) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => addresses.AnnounceAsync(forwarder.Node, address, cancellationToken).AsTask();

    public Task StopAsync(CancellationToken cancellationToken) => addresses.WithdrawAsync(forwarder.Node, cancellationToken).AsTask();
}
