using Realtime.Core.Authentication;
using Realtime.Core.Connections;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Finds out who a client is when it joins, and asks the rules of the namespace, before anything of the application runs.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SocketAuthentication(Namespace owner, AccessRules access, NamespaceEnvironment environment)
{
    private readonly Authenticators _authenticators = environment.Authentication;

    /// <returns>Why the client is refused; <see langword="null"/> when it is not.</returns>
    internal async ValueTask<Refusal?> AdmitAsync(RealtimeSocket socket)
    {
        socket.Proven = environment.TimeProvider.GetUtcNow();
        AuthenticationResult result = AuthenticationResult.NoResult;
        if (!_authenticators.IsEmpty)
        {
            result = await _authenticators.AuthenticateAsync(new AuthenticationRequest(owner.Path.Value, socket.Handshake, socket.Auth, isRefresh: false, owner.Serializer)).ConfigureAwait(false);
            if (result.Code is { } code)
            {
                return Refusal.WithCode(code, result.Message);
            }
        }

        if ((result.Ticket ?? socket.Handshake.Find<SocketTicket>()) is { } ticket)
        {
            socket.User = ticket.User;
            socket.UserId = _authenticators.UserIdOf(ticket);
            socket.Ticket = new TicketSession(socket, environment, ticket, socket.UserId);
            if (_authenticators.Check(ticket, socket.UserId, socket.Proven) is { } ended)
            {
                return Refusal.WithCode(ended, "Authentication failed");
            }
        }
        else if (!socket.Handshake.IsAnonymous)
        {
            socket.UserId = _authenticators.UserIds.GetUserId(socket.User);
        }

        string? forbidden = await access.CheckAsync(socket, socket.User).ConfigureAwait(false);
        return forbidden is null ? null : Refusal.WithCode(forbidden, forbidden == AuthenticationCodes.Unauthorized ? "Unauthorized" : "Forbidden");
    }

    /// <summary>The socket is in the namespace. What was revoked while it was on its way, and did not find it, finds it here.</summary>
    internal void OnConfirmed(RealtimeSocket socket)
    {
        socket.Ticket?.Start();
        EndIfRevoked(socket);
    }

    internal void EndIfRevoked(RealtimeSocket socket)
    {
        SocketTicket? ticket = socket.Ticket?.Ticket;
        if (_authenticators.Revocations.Contains(socket.UserId, ticket?.TokenId, ticket?.IssuedAt ?? socket.Proven))
        {
            socket.EndTicket("revoked", CloseReason.TokenRevoked);
        }
    }
}
