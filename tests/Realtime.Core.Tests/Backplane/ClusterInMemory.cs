using System.Threading.Channels;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Tests.Backplane;

/// <summary>The smallest backplane of many nodes: a channel to each of the others. It shows that the contract's tests of clusters can pass.</summary>
internal sealed class ClusterInMemory(List<ClusterInMemory> cluster) : IBackplane
{
    private readonly Channel<Publication> _inbox = Channel.CreateUnbounded<Publication>();
    private IBackplaneReceiver? _receiver;
    private Task _reading = Task.CompletedTask;

    public ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken) => new(cluster.Count);

    public ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        _reading = ReadAllAsync(receiver);
        return default;
    }

    public async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        IBackplaneReceiver own = _receiver ?? throw new InvalidOperationException("Not started.");
        foreach (ClusterInMemory other in publication.Audience.LocalOnly ? [] : cluster.Where(node => node != this))
        {
            other._inbox.Writer.TryWrite(publication);
        }

        if (publication.Kind != PublicationKind.ServerEvent)
        {
            await own.OnPublicationAsync(publication);
        }

        return PublishResult.Unnumbered;
    }

    public ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => new((LogHead?)null);

    public ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => default;

    public ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken) => new((LogPage?)null);

    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _reading;
    }

    private async Task ReadAllAsync(IBackplaneReceiver receiver)
    {
        await foreach (Publication publication in _inbox.Reader.ReadAllAsync())
        {
            await receiver.OnPublicationAsync(publication);
        }
    }
}
