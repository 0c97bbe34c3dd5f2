using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Backplane;

/// <summary>Carries publications between the nodes of a cluster. Every emit goes through it, also on a single node: there is one delivery path.</summary>
/// <remarks>
/// <para>Guarantees that an implementation gives: a publication that was awaited has been applied on the own node before the task completes, and reaches every
/// other live node at least once if it is numbered, at most once if it is not. Order: publications that one node makes one after the other to the same room
/// arrive everywhere in that order; for numbered ones the order of the numbers is the order everywhere. The own node gets its own publications too, through
/// its receiver, except <see cref="PublicationKind.ServerEvent"/>.</para>
/// <para>A publication whose audience is local only must not be given to other nodes.</para>
/// <para>Numbered are events that are not volatile, in each addressed room that keeps a log (<see cref="OpenLogAsync"/>), and, in a namespace that has any, joins, leaves and disconnects in
/// its <see cref="Publication.ControlLog"/>. Numbering, keeping and <see cref="IBackplaneReceiver.Place"/> follow one order.</para>
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

    /// <summary>Tells whether what carries publications to other nodes answers now. The health check of the server asks it.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it does, or there are no other nodes. Never an error.</returns>
    ValueTask<bool> IsAvailableAsync(CancellationToken cancellationToken) => new(true);

    /// <summary>Numbers a publication where its rooms keep logs, stores it there, and distributes it.</summary>
    /// <param name="publication">The publication.</param>
    /// <param name="cancellationToken">Stops the wait; the publication may still be distributed.</param>
    /// <returns>The places in the logs.</returns>
    ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken);

    /// <summary>
    /// Gets a value indicating whether publications go only to nodes that have members in an addressed room. Then the node says which rooms those are with <see cref="EnterAsync"/>;
    /// otherwise it does not.
    /// </summary>
    bool RoutesByRoom => false;

    /// <summary>
    /// Gets a value indicating whether publishing under the same <see cref="Publication.Id"/> again appends and distributes nothing new and returns the first result. Of use where logs outlive
    /// a node: then what handlers of numbered messages emit has an id, and a handler that runs again on another node doubles nothing.
    /// </summary>
    bool AppendsOnce => false;

    /// <summary>Says that this node has a member in a room: what is published to the room from here on arrives. Each call is to be followed by one of <see cref="LeaveAsync"/>.</summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when other nodes know.</returns>
    ValueTask EnterAsync(NamespacePath path, string room, CancellationToken cancellationToken) => default;

    /// <summary>Takes one call of <see cref="EnterAsync"/> back.</summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="room">The room.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when it is taken back.</returns>
    ValueTask LeaveAsync(NamespacePath path, string room, CancellationToken cancellationToken) => default;

    /// <summary>Makes sure that a room keeps a log while this node has members that recover, as <see cref="EnterAsync"/> does, too. Each call is to be followed by one of <see cref="CloseLogAsync"/>.</summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Where the log stands; <see langword="null"/> from a backplane that keeps no logs: then nothing is recovered.</returns>
    ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken);

    /// <summary>Takes one call of <see cref="OpenLogAsync"/> back. A log that nobody holds open goes when nobody can come back for it any more.</summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="room">The room.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>A task that completes when it is taken back.</returns>
    ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken);

    /// <summary>Reads the log of a room.</summary>
    /// <param name="path">The namespace of the room.</param>
    /// <param name="room">The room.</param>
    /// <param name="after">The position behind which to read.</param>
    /// <param name="maxEntries">How many entries at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What is kept, never more than was placed on this node by then; <see langword="null"/> when the room keeps no log.</returns>
    ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken);
}
