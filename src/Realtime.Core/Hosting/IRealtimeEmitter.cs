using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Namespaces;

namespace Realtime.Core.Hosting;

/// <summary>Publishes to the clients of a cluster from a process that serves none: a worker, a scheduled job, a console program.</summary>
/// <remarks>Thread-safe. It connects when it is first used; a host is not needed. What it emits is numbered and kept like what a server emits.</remarks>
public interface IRealtimeEmitter
{
    /// <summary>Gets the name of the emitter; empty for the default one.</summary>
    string Name { get; }

    /// <summary>Gets a namespace. Whether any server has it is not known here: without one nothing of what is emitted to it is heard.</summary>
    /// <param name="name">Its name; <c>/</c> is the main one.</param>
    /// <returns>The namespace. It may be kept.</returns>
    RemoteNamespace Of(string name);

    /// <summary>Ends sessions at once, on every node that is in reach, as <see cref="IRealtimeServer.RevokeAsync"/> does.</summary>
    /// <param name="revocation">Whose sessions.</param>
    /// <param name="cancellationToken">Stops the wait; the revocation may still happen.</param>
    /// <returns>A task that completes when it is on its way to the nodes.</returns>
    /// <exception cref="BackplaneUnavailableException">It was not taken in time.</exception>
    ValueTask RevokeAsync(Revocation revocation, CancellationToken cancellationToken = default);

    /// <summary>Disconnects a user on every node that is in reach, in all namespaces, as <see cref="IRealtimeServer.DisconnectUserAsync"/> does. Its tokens stay valid.</summary>
    /// <param name="userId">The id of the user.</param>
    /// <param name="closeConnections">Whether to close the connections, with sockets of theirs that have another user.</param>
    /// <param name="cancellationToken">Stops the wait; it may still happen.</param>
    /// <returns>A task that completes when it is on its way to the nodes.</returns>
    /// <exception cref="BackplaneUnavailableException">It was not taken in time.</exception>
    /// <exception cref="NotSupportedException">The protocol to the servers knows no users, as that of Node.</exception>
    ValueTask DisconnectUserAsync(string userId, bool closeConnections = false, CancellationToken cancellationToken = default);
}
