using System.Collections.Concurrent;
using System.Threading.Channels;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Tests.Backplane;

/// <summary>The smallest backplane of many nodes: a channel to each of the others. It shows that the contract's tests of clusters can pass.</summary>
internal sealed class ClusterInMemory(List<ClusterInMemory> cluster) : IClusterBackplane, INamespaceWatcher
{
    private IClusterNode? _node;

    private readonly Channel<Publication> _inbox = Channel.CreateUnbounded<Publication>();
    private IBackplaneReceiver? _receiver;
    private Task _reading = Task.CompletedTask;

    /// <summary>Whether the node does not answer what others ask.</summary>
    internal bool IsSilent { get; set; }

    /// <summary>The namespaces that the watcher was told of, and whether it found them when it looked.</summary>
    internal ConcurrentQueue<string> Changes { get; } = new();

    internal IClusterNode Node => _node ?? throw new InvalidOperationException("Not attached.");

    private IEnumerable<ClusterInMemory> Others => cluster.Where(node => node != this);

    public void Attach(IClusterNode node) => _node = node;

    public ValueTask<IReadOnlyList<SocketDescription>> FetchSocketsAsync(NamespacePath path, Audience audience, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Others.Any(other => other.IsSilent)
            ? throw new ClusterTimeoutException("timeout reached while waiting for fetchSockets response")
            : new([.. Others.SelectMany(other => other.Node.DescribeSockets(path, audience))]);

    public ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(NamespacePath path, CancellationToken cancellationToken) =>
        new([.. Others.SelectMany(other => other.Node.ListRooms(path))]);

    public ValueTask<bool> AskAsync(Publication publication, TimeSpan timeout, IBroadcastAnswers answers, CancellationToken cancellationToken)
    {
        foreach (ClusterInMemory other in Others.Where(other => !other.IsSilent))
        {
            other.Node.Ask(publication, timeout, answers);
        }

        return new(!Others.Any(other => other.IsSilent));
    }

    public async ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(NamespacePath path, EventPayload payload, CancellationToken cancellationToken)
    {
        var answers = new List<EventArguments>();
        foreach (ClusterInMemory other in Others)
        {
            if (await other.Node.AnswerAsync(path, payload) is { } answer)
            {
                answers.Add(answer);
            }
        }

        return answers.Count == cluster.Count - 1 ? answers : throw new ClusterTimeoutException(answers, cluster.Count - 1);
    }

    public void OnNamespaceChanged(NamespacePath path) => Changes.Enqueue($"{path.Value} {_node?.HasNamespace(path)}");

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
