using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Simulation;

/// <summary>The backplane as one node sees it.</summary>
/// <remarks>Confined to the thread of the run.</remarks>
internal sealed class NodeBackplane(World world) : IBackplane
{
    private readonly Dictionary<(string Stream, long Offset), TimeSpan> _read = [];
    private IBackplaneReceiver? _receiver;

    public ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken) => new(world.Cluster.NodeCount);

    public ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken)
    {
        world.Cluster.Add(_receiver = receiver);
        return default;
    }

    public ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken) => new(world.Cluster.Publish(publication));

    public ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => world.Cluster.Logs.OpenLogAsync(path, room, cancellationToken);

    public ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => world.Cluster.Logs.CloseLogAsync(path, room, cancellationToken);

    public async ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken)
    {
        LogPage? page = await world.Cluster.Logs.ReadAsync(path, room, after, maxEntries, cancellationToken);
        if (page is null)
        {
            return page;
        }

        if (page.LostThrough > 0 && page.Head.Stream == after.Stream)
        {
            world.Coverage.Hit(Branch.Trim);
        }

        if (_read.Remove((after.Stream, after.Offset), out TimeSpan before) && before < world.Time.Now)
        {
            world.Coverage.Hit(Branch.CatchUpWait);
        }

        if (page.Entries.Count > 0)
        {
            world.Coverage.Hit(Branch.CatchUp);
            _read[(page.Head.Stream, page.Entries[^1].Offset)] = world.Time.Now;
        }

        return world.Mutation == MutationKind.DropOnResume ? Mutations.Hollow(page, room) : page;
    }

    /// <summary>The node has stopped.</summary>
    public ValueTask DisposeAsync()
    {
        if (_receiver is { } receiver)
        {
            world.Cluster.Remove(receiver);
        }

        return default;
    }
}
