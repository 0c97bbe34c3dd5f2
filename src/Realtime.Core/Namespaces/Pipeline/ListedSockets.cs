using System.Collections.Concurrent;
using Realtime.Core.Connections;
using Realtime.Core.Limits;
using Realtime.Core.Users;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>The sockets of this node that are in the directory of the cluster.</summary>
/// <remarks>Thread-safe. Only where there is a directory. A socket enters and leaves one after the other.</remarks>
internal sealed class ListedSockets(IConnectionDirectory directory, LimitOptions limits, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<RealtimeSocket, ListedSocket> _listed = new();

    /// <summary>Lists a socket that has a user.</summary>
    internal async ValueTask<ListingResult> EnterAsync(RealtimeSocket socket, string userId)
    {
        Connection connection = socket.Connection;
        var listed = new ListedSocket
        {
            UserId = userId,
            Namespace = socket.Owner.Path,
            SocketId = socket.Id,
            ConnectionId = connection.Id,
            SessionId = socket.Recovery?.Id,
            Since = timeProvider.GetUtcNow(),
            Close = () => ConnectionEnd.CloseSoon(connection, CloseReason.Replaced),
        };
        try
        {
            ListingResult result = await directory.EnterAsync(listed, limits.MaxConnectionsPerUser, limits.UserLimitPolicy, CancellationToken.None).ConfigureAwait(false);
            if (result != ListingResult.Refused)
            {
                _listed[socket] = listed;
            }

            return result;
        }
#pragma warning disable CA1031 // A directory that breaks its promise locks nobody out.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.DirectoryFailed(socket.Owner.Logger, exception, socket.Owner.Path.Value);
            return ListingResult.Unknown;
        }
    }

    internal void Leave(RealtimeSocket socket)
    {
        if (_listed.TryRemove(socket, out ListedSocket? listed))
        {
            directory.Leave(listed);
        }
    }
}
