using Realtime.Core.Identifiers;

namespace Realtime.Core.Backplane;

/// <summary>Carries publications between the nodes of a cluster. Every emit goes through it, also on a single node: there is one delivery path.</summary>
/// <remarks>
/// <para>Guarantees that an implementation gives: a publication that was awaited has been applied on the own node before the task completes, and reaches every
/// other live node at least once if it is numbered, at most once if it is not. Order: publications that one node makes one after the other to the same room
/// arrive everywhere in that order; for numbered ones the order of the numbers is the order everywhere. The own node gets its own publications too, through
/// its receiver, except <see cref="PublicationKind.ServerEvent"/>.</para>
/// <para>A publication whose audience is local only must not be given to other nodes. Publishing the same id again appends and distributes nothing new
/// and returns the first result, where the backplane numbers.</para>
/// <para>Threading: every member may be called from any thread. The receiver is called for one room in order.</para>
/// </remarks>
public interface IBackplane : IAsyncDisposable
{
    /// <summary>Gets the number of nodes in the cluster, this one included.</summary>
    /// <param name="path">The namespace that is asked for.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The number.</returns>
    ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken);

    /// <summary>Connects the node. Publications arrive from here on.</summary>
    /// <param name="receiver">What applies publications on this node.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when the node can publish and receive.</returns>
    ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken);

    /// <summary>Numbers a publication where its rooms keep logs, stores it there, and distributes it.</summary>
    /// <param name="publication">The publication.</param>
    /// <param name="cancellationToken">Stops the wait; the publication may still be distributed.</param>
    /// <returns>The places in the logs.</returns>
    ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken);

    /// <summary>Reads the log of a room.</summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="stream">The incarnation of its log.</param>
    /// <param name="from">The first number.</param>
    /// <param name="to">The last number.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What is still there of the range, in order.</returns>
    ValueTask<IReadOnlyList<LogEntry>> ReadAsync(NamespacePath path, string stream, long from, long to, CancellationToken cancellationToken);
}
