using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.Core.Backplane;

/// <summary>A backplane that can also ask the other nodes of its cluster. With one that cannot, only the own node is asked.</summary>
/// <remarks>
/// <para>The own node is never asked through it: the server adds what it knows itself. Audiences that are local only never come here.</para>
/// <para>Threading: every member may be called from any thread.</para>
/// </remarks>
public interface IClusterBackplane : IBackplane
{
    /// <summary>Tells who answers the requests of other nodes here. Called once, before <see cref="IBackplane.StartAsync"/>.</summary>
    /// <param name="node">This node.</param>
    void Attach(IClusterNode node);

    /// <summary>Describes the sockets of an audience on all other nodes.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="audience">Whom.</param>
    /// <param name="timeout">How long to wait; <see langword="null"/> for the time that the backplane has for requests.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The sockets; the same one never twice.</returns>
    /// <exception cref="ClusterTimeoutException">Not all nodes answered in time.</exception>
    ValueTask<IReadOnlyList<SocketDescription>> FetchSocketsAsync(NamespacePath path, Audience audience, TimeSpan? timeout, CancellationToken cancellationToken);

    /// <summary>Lists the rooms of all other nodes.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The names, private rooms (the ids of sockets) included; a name may come more than once.</returns>
    /// <exception cref="ClusterTimeoutException">Not all nodes answered in time.</exception>
    ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(NamespacePath path, CancellationToken cancellationToken);

    /// <summary>Has the other nodes send an event that asks for acknowledgements, and reports what comes back as it comes.</summary>
    /// <param name="publication">The event. It is not numbered.</param>
    /// <param name="timeout">How long the nodes wait for their clients.</param>
    /// <param name="answers">What is told. It may be told before the call returns, and is told by any thread.</param>
    /// <param name="cancellationToken">Ends the request: its timeout has passed, everything is answered, or nobody waits any more. Until then answers are reported, also after the task has completed.</param>
    /// <returns>
    /// A task that completes when every other node has told how many sockets it asked: with <see langword="true"/>, or, when that will not be known, with
    /// <see langword="false"/>. It does not fail because nodes are out of reach.
    /// </returns>
    ValueTask<bool> AskAsync(Publication publication, TimeSpan timeout, IBroadcastAnswers answers, CancellationToken cancellationToken);

    /// <summary>Hands an event to the server-side handlers of every other node, and gathers what they return.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="payload">The event.</param>
    /// <param name="cancellationToken">Stops the wait; the event may still be handled.</param>
    /// <returns>One answer of each other node.</returns>
    /// <exception cref="ClusterTimeoutException">Not all nodes answered in time; it has the answers of those that did.</exception>
    ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(NamespacePath path, EventPayload payload, CancellationToken cancellationToken);
}
