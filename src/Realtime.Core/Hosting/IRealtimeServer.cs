using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;
using Realtime.Core.Users;

namespace Realtime.Core.Hosting;

/// <summary>A server, for code outside of handlers.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IRealtimeServer
{
    /// <summary>Gets the name of the server; empty for the default one.</summary>
    string Name { get; }

    /// <summary>Gets the options, as they were when the server was built.</summary>
    RealtimeOptions Options { get; }

    /// <summary>Gets the half of the server that accepts transports: what a transport of your own is given to.</summary>
    ConnectionEngine Engine { get; }

    /// <summary>Gets the namespaces of this node, those of patterns included.</summary>
    IEnumerable<RealtimeNamespace> Namespaces { get; }

    /// <summary>Gets a namespace.</summary>
    /// <param name="name">Its name; <c>/</c> is the main one.</param>
    /// <returns>The namespace.</returns>
    /// <exception cref="KeyNotFoundException">No such namespace was added, and none of a pattern has come into being under this name.</exception>
    RealtimeNamespace Of(string name);

    /// <summary>
    /// Ends sessions at once, on every node: their sockets are told and disconnected with the reason <c>token revoked</c>, and connections that the user itself
    /// opened (by a cookie, for example) are closed. The token, or tokens of the user that were issued before, are refused from then on.
    /// </summary>
    /// <param name="revocation">Whose sessions.</param>
    /// <param name="cancellationToken">Stops the wait; the revocation may still happen.</param>
    /// <returns>A task that completes when the sessions of this node have ended and the backplane has taken the revocation for the others.</returns>
    ValueTask RevokeAsync(Revocation revocation, CancellationToken cancellationToken = default);

    /// <summary>
    /// Disconnects a user on every node, in all namespaces: its sockets are told, its sessions end, and those of clients that are away do too, so that nothing is kept for them. Its tokens stay valid: it may
    /// connect again; <see cref="RevokeAsync"/> shuts it out.
    /// </summary>
    /// <param name="userId">The id of the user.</param>
    /// <param name="closeConnections">Whether to close the connections, with sockets of theirs that have another user.</param>
    /// <param name="cancellationToken">Stops the wait; it may still happen.</param>
    /// <returns>A task that completes when it is done on this node and the backplane has taken it for the others.</returns>
    ValueTask DisconnectUserAsync(string userId, bool closeConnections = false, CancellationToken cancellationToken = default);

    /// <summary>Finds the connections of a user on all nodes, in the directory of the cluster: no node is asked, so none that died is waited for. Without a directory, those of this node.</summary>
    /// <param name="userId">The id of the user.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The connections, the oldest first. Clients that are away have none.</returns>
    /// <exception cref="BackplaneUnavailableException">The directory cannot be asked now.</exception>
    ValueTask<IReadOnlyList<UserConnection>> FindConnectionsAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>Gathers everything that this thread emits until the result is disposed of, so that each client gets it with one write. Do not await in between.</summary>
    /// <returns>Ends the batch when disposed of, on the same thread.</returns>
    IDisposable BeginBatch();

    /// <summary>Describes the events that the server handles, by JSON Schema (draft 2020-12).</summary>
    /// <returns>
    /// A JSON document in UTF-8: <c>{"namespaces":{"/chat":{"events":{"message:send":{"payload":{…},"ack":{…}}}}},"patterns":[…]}</c>. Untyped events have neither
    /// payload nor acknowledgement in it. What attributes of <c>System.ComponentModel.DataAnnotations</c> ask for is included where a schema can say it.
    /// </returns>
    ReadOnlyMemory<byte> ExportSchema();
}
