using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Takes the new token of a client that stays: <c>$rt:auth</c>. Works beside the handlers of the socket, never behind them: a handler that takes long must not let a ticket run out.</summary>
/// <remarks>Thread-safe. One refresh of a socket at a time.</remarks>
internal sealed class TicketRefresh(Namespace owner, AccessRules access, SocketAuthentication authentication, NamespaceEnvironment environment)
{
    private readonly Authenticators _authenticators = environment.Authentication;

    /// <summary>Takes a packet if it is the refresh of a ticket.</summary>
    internal bool TryTake(RealtimeSocket socket, in Packet packet)
    {
        if (!packet.EventName.Span.SequenceEqual("$rt:auth"u8))
        {
            return false;
        }

        if (socket.Ticket is not { } session || _authenticators.IsEmpty)
        {
            Refuse(socket, packet.AckId, AuthenticationCodes.NotRefreshable);
        }
        else if (session.TryBeginRefresh() is { } wait)
        {
            Refuse(socket, packet.AckId, AuthenticationCodes.RefreshTooSoon, wait);
        }
        else
        {
            // Not awaited: the connection reads on. It handles its own errors.
            Packet owned = packet.Detach();
            EventArguments arguments = EventArguments.From(in owned);
            _ = RunAsync(socket, session, arguments.Count > 0 ? arguments[0] : new EventArgument("{}"u8.ToArray(), []), packet.AckId);
        }

        return true;
    }

    private async Task RunAsync(RealtimeSocket socket, TicketSession session, EventArgument auth, AckId? ackId)
    {
        try
        {
            DateTimeOffset proven = environment.TimeProvider.GetUtcNow();
            AuthenticationResult result = await _authenticators.AuthenticateAsync(
                new AuthenticationRequest(owner.Path.Value, socket.Handshake, auth, isRefresh: true, owner.Serializer)).ConfigureAwait(false);
            if (result.Ticket is not { } ticket)
            {
                Refuse(socket, ackId, result.Code ?? AuthenticationCodes.TokenMissing);
                return;
            }

            await ReplaceAsync(socket, session, ticket, proven, ackId).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A provider of user ids that throws, for example. The old ticket stays.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AuthenticationLog.AuthenticatorFailed(environment.Logger, exception, owner.Path.Value);
            Refuse(socket, ackId, AuthenticationCodes.AuthenticationFailed);
        }
        finally
        {
            session.EndRefresh();
        }
    }

    private async ValueTask ReplaceAsync(RealtimeSocket socket, TicketSession session, SocketTicket ticket, DateTimeOffset proven, AckId? ackId)
    {
        string? subject = _authenticators.UserIdOf(ticket);
        if (subject is null || subject != session.Subject)
        {
            Refuse(socket, ackId, AuthenticationCodes.WrongSubject);
            return;
        }

        if (_authenticators.Check(ticket, subject, proven) is { } ended)
        {
            Refuse(socket, ackId, ended);
            return;
        }

        // A good token that no longer opens this namespace is not a failure that leaves the old one in place: the right to be here is gone.
        if (await access.CheckAsync(socket, ticket.User).ConfigureAwait(false) is { } forbidden)
        {
            Refuse(socket, ackId, forbidden);
            socket.Session.Disconnect(socket, CloseReason.AuthorizationLost);
            return;
        }

        if (!session.TryReplace(ticket))
        {
            return;
        }

        await access.LeaveLostRoomsAsync(socket).ConfigureAwait(false);
        AuthenticationLog.TicketRefreshed(environment.Logger, owner.Path.Value, socket.Id);
        Answer(socket, ackId, AuthenticationPayload.Active(ackId is null, ticket.ExpiresAt - environment.TimeProvider.GetUtcNow()));
        authentication.EndIfRevoked(socket);
    }

    private void Refuse(RealtimeSocket socket, AckId? ackId, string code, TimeSpan? retryAfter = null)
    {
        AuthenticationLog.RefreshRefused(environment.Logger, owner.Path.Value, socket.Id, code);
        Answer(socket, ackId, AuthenticationPayload.Refused(ackId is null, code, retryAfter));
    }

    private void Answer(RealtimeSocket socket, AckId? ackId, EventPayload payload)
    {
        if (ackId is { } id)
        {
            socket.SendAck(id, payload);
        }
        else if (_authenticators.Options.SendEvents)
        {
            socket.SendEvent(payload, ackId: null, EmitFlags.Default);
        }
    }
}
