using Microsoft.Extensions.Logging;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces;
using Realtime.Core.Rooms;
using Realtime.Core.Sessions;

namespace Realtime.Core.Hosting;

/// <summary>Ends the sessions of a user or a token: on this node when the backplane says so, which it does for revocations of every node.</summary>
/// <remarks>Thread-safe. It looks at every connection: revocations are rare, and an index by user and token would cost every connection.</remarks>
internal sealed class SessionRevoker(
    ConnectionEngine engine, NamespaceTable namespaces, Authenticators authenticators, IBackplane backplane, ISessionStore sessions, TimeProvider timeProvider, ILogger logger)
{
    internal ValueTask PublishAsync(Revocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        return PublishAsync(PublicationKind.Revoke, revocation, closeConnections: false, cancellationToken);
    }

    internal async ValueTask PublishDisconnectAsync(string userId, bool closeConnections, CancellationToken cancellationToken)
    {
        await PublishAsync(PublicationKind.DisconnectUser, Revocation.OfUser(userId), closeConnections, cancellationToken).ConfigureAwait(false);
        await sessions.RemoveUserAsync(path: null, userId, cancellationToken).ConfigureAwait(false); // those that are away have ended when this is over, whatever the backplane waits for
    }

    /// <summary>Ends the sessions of a publication on this node.</summary>
    internal async ValueTask ApplyAsync(Publication publication, Revocation revocation)
    {
        if (publication.Kind == PublicationKind.Revoke)
        {
            Apply(revocation);
        }
        else
        {
            foreach (RealtimeSocket socket in namespaces.All.SelectMany(static found => found.Sockets).Where(socket => socket.UserId == revocation.UserId))
            {
                await socket.DisconnectAsync(publication.CloseConnection).ConfigureAwait(false);
            }
        }

        // First those that are here, whose sessions end with their sockets, then those that are away.
        if (revocation.UserId is { } userId)
        {
            await sessions.RemoveUserAsync(path: null, userId, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Makes the publication that ends sessions: in the root namespace, where every node listens, also one without clients.</summary>
    internal static Publication Describe(PublicationKind kind, Revocation revocation, bool closeConnections) => new()
    {
        Kind = kind,
        Namespace = NamespacePath.Root,
        Audience = Audience.Everyone,
        Revocation = revocation,
        CloseConnection = closeConnections,
    };

    private async ValueTask PublishAsync(PublicationKind kind, Revocation revocation, bool closeConnections, CancellationToken cancellationToken) =>
        await backplane.PublishAsync(Describe(kind, revocation with { Time = timeProvider.GetUtcNow() }, closeConnections), cancellationToken).ConfigureAwait(false);

    private void Apply(Revocation revocation)
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
