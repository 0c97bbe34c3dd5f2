using Microsoft.Extensions.Logging;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces;
using Realtime.Core.Rooms;

namespace Realtime.Core.Hosting;

/// <summary>Ends the sessions of a user or a token: on this node when the backplane says so, which it does for revocations of every node.</summary>
/// <remarks>Thread-safe. It looks at every connection: revocations are rare, and an index by user and token would cost every connection.</remarks>
internal sealed class SessionRevoker(
    ConnectionEngine engine, NamespaceTable namespaces, Authenticators authenticators, IBackplane backplane, TimeProvider timeProvider, ILogger logger)
{
    internal async ValueTask PublishAsync(Revocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        await backplane.PublishAsync(
            new Publication
            {
                Kind = PublicationKind.Revoke,
                Namespace = NamespacePath.Root,
                Audience = Audience.Everyone,
                Revocation = revocation with { Time = timeProvider.GetUtcNow() },
            },
            cancellationToken).ConfigureAwait(false);
    }

    internal ValueTask Apply(Revocation revocation)
    {
        // First remembered, then looked for: who joins meanwhile is either found here or finds itself revoked.
        authenticators.Remember(revocation);
        int sockets = 0;
        foreach (RealtimeSocket socket in namespaces.All.SelectMany(static found => found.Sockets))
        {
            if (revocation.UserId is { } userId ? socket.UserId == userId : socket.Ticket?.Ticket.TokenId == revocation.TokenId)
            {
                sockets++;
                socket.EndTicket("revoked", CloseReason.TokenRevoked);
            }
        }

        // Behind the sockets, which are told.
        int connections = 0;
        foreach (Connection connection in engine.Connections.Where(connection => IsOpenedBy(connection.Handshake, revocation)))
        {
            connections++;
            (connection.Session as ClientSession)?.DisconnectAll(CloseReason.TokenRevoked);
            connection.Close(CloseReason.TokenRevoked);
        }

        AuthenticationLog.Revoked(logger, sockets, connections);
        return default;
    }

    /// <summary>Tells whether the opening request itself came from the user: such a connection would be let into every namespace again.</summary>
    private bool IsOpenedBy(IHandshake handshake, Revocation revocation)
    {
        SocketTicket? ticket = handshake.Find<SocketTicket>();
        return revocation.UserId is { } userId
            ? (ticket is not null ? authenticators.UserIdOf(ticket) : handshake.IsAnonymous ? null : authenticators.UserIds.GetUserId(handshake.User)) == userId
            : ticket?.TokenId == revocation.TokenId;
    }
}
