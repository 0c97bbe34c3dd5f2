using Realtime.Core.Identifiers;

namespace Realtime.Core.Presence;

/// <summary>Knows which users are in which rooms on all nodes: what several nodes have is one member.</summary>
/// <remarks>
/// <para>
/// Thread-safe. A store is told only that something has changed and looks at <see cref="IPresenceSource"/> for what is so now: calls that overtake each other do no harm, and what it has can be
/// written anew at any time.
/// </para>
/// <para>
/// What it promises: some time after nothing changes any more, every node reads the users who are there on nodes that live, and nobody else. What a node had that died is gone when its lease is over; nobody
/// waits for such a node. Whoever watches a room is told after the last change, if not of each one.
/// </para>
/// </remarks>
public interface IPresenceStore
{
    /// <summary>Begins. Called once, before everything else.</summary>
    /// <param name="source">Says what this node has.</param>
    void Start(IPresenceSource source);

    /// <summary>A user has come into a room on this node, or has left it with the last socket. Does not wait, and calls nobody back before it returns but <see cref="IPresenceSource"/> and who watches.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="userId">The id of the user.</param>
    void NoteChanged(NamespacePath path, string room, string userId);

    /// <summary>Reads who is in a room, on all nodes.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="maxListed">How many users are listed at most. All are counted.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Who is there. What this node has noted a moment ago may still be missing.</returns>
    /// <exception cref="Backplane.BackplaneUnavailableException">The store cannot be asked now.</exception>
    ValueTask<RoomPresence> ReadAsync(NamespacePath path, string room, int maxListed, CancellationToken cancellationToken);

    /// <summary>Asks to be told when what <see cref="ReadAsync"/> reads of a room may have changed.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="onChanged">Called from any thread, now and then also when nothing has changed. Must be quick.</param>
    /// <returns>Ends it when disposed of; a call that is on its way may still come.</returns>
    IDisposable Watch(NamespacePath path, string room, Action onChanged);
}
