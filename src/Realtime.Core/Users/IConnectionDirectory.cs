using Realtime.Core.Limits;

namespace Realtime.Core.Users;

/// <summary>Knows the connections of users on all nodes of a cluster: how many a user has, so that a limit holds everywhere, and where they are.</summary>
/// <remarks>
/// <para>Thread-safe. It serves limits and queries only: what is emitted never depends on it. Clients without a user are not in it.</para>
/// <para>
/// Sockets of a node that died vanish by themselves after a while; nobody waits for such a node. A server without a directory counts and lists the connections of its own process.
/// </para>
/// </remarks>
public interface IConnectionDirectory
{
    /// <summary>Lists a socket, if its user may have its connection. A connection with several sockets counts once.</summary>
    /// <param name="socket">The socket. To be followed by <see cref="Leave"/> unless it was refused.</param>
    /// <param name="maxConnections">How many connections a user may have; <see langword="null"/> for any number.</param>
    /// <param name="policy">What happens beyond. Of a connection that is to make room <see cref="ListedSocket.Close"/> is called, on the node that has it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What was decided. Never an error: a directory that cannot be asked says so, soon, and lists the socket later.</returns>
    ValueTask<ListingResult> EnterAsync(ListedSocket socket, int? maxConnections, UserLimitPolicy policy, CancellationToken cancellationToken);

    /// <summary>Takes a socket off the list: it has ended. Does not wait.</summary>
    /// <param name="socket">The same object that entered.</param>
    void Leave(ListedSocket socket);

    /// <summary>Finds the connections of a user, without asking other nodes.</summary>
    /// <param name="userId">The id of the user.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The connections, the oldest first.</returns>
    /// <exception cref="Backplane.BackplaneUnavailableException">The directory cannot be asked now.</exception>
    ValueTask<IReadOnlyList<UserConnection>> FindAsync(string userId, CancellationToken cancellationToken);
}
