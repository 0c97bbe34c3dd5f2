using System.Security.Claims;
using Realtime.Core.Authentication;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Asks the rules of a namespace who may enter it and its rooms.</summary>
/// <remarks>Thread-safe. A rule that throws refuses.</remarks>
internal sealed class AccessRules(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
{
    /// <summary>Asks whether a user may be in the namespace.</summary>
    /// <returns>The code of the refusal; <see langword="null"/> when it may.</returns>
    internal async ValueTask<string?> CheckAsync(RealtimeSocket socket, ClaimsPrincipal user)
    {
        foreach (Func<AccessRequest, ValueTask<bool>> rule in definition.AccessRules)
        {
            if (!await AskAsync(rule, socket, user, room: null).ConfigureAwait(false))
            {
                return user.Identity?.IsAuthenticated == true ? AuthenticationCodes.Forbidden : AuthenticationCodes.Unauthorized;
            }
        }

        return null;
    }

    /// <summary>Puts a socket into rooms, all or none.</summary>
    /// <exception cref="RoomForbiddenException">The user may not be in one of them.</exception>
    internal ValueTask JoinAsync(RealtimeSocket socket, ReadOnlySpan<string> rooms)
    {
        if (definition.RoomRules.Count > 0)
        {
            return JoinAllowedAsync(socket, rooms.ToArray());
        }

        if (socket.Recovery is null && rooms.Length == 1)
        {
            return owner.PlainRooms.JoinAsync(socket.Recipient, rooms[0]);
        }

        return rooms.IsEmpty ? default : JoinAllAsync(socket, rooms.ToArray());
    }

    /// <summary>Takes a socket out of rooms.</summary>
    internal ValueTask LeaveAsync(RealtimeSocket socket, ReadOnlySpan<string> rooms)
    {
        if (socket.Recovery is null && rooms.Length == 1)
        {
            return owner.PlainRooms.LeaveAsync(socket.Recipient, rooms[0]);
        }

        return rooms.IsEmpty ? default : LeaveAllAsync(socket, rooms.ToArray());
    }

    /// <summary>Puts sockets into rooms on behalf of somebody else. Who may not be in a room is left out of it.</summary>
    internal async ValueTask JoinAsync(IEnumerable<RealtimeSocket> sockets, IReadOnlyList<string> rooms)
    {
        foreach (RealtimeSocket socket in sockets)
        {
            foreach (string room in rooms)
            {
                try
                {
                    await JoinAsync(socket, [room]).ConfigureAwait(false);
                }
                catch (RoomForbiddenException)
                {
                    // The socket's own affair, and in the log.
                }
            }
        }
    }

    /// <summary>Takes a socket out of the rooms that its user may no longer be in.</summary>
    internal async ValueTask LeaveLostRoomsAsync(RealtimeSocket socket)
    {
        if (definition.RoomRules.Count == 0)
        {
            return;
        }

        foreach (string room in owner.Index.RoomsOf(socket.Recipient))
        {
            if (!await IsAllowedAsync(socket, room).ConfigureAwait(false))
            {
                AuthenticationLog.RoomForbidden(environment.Logger, owner.Path.Value, socket.Id, room);
                await LeaveAsync(socket, [room]).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask JoinAllowedAsync(RealtimeSocket socket, string[] rooms)
    {
        int tickets;
        do
        {
            tickets = socket.Ticket?.Refreshes ?? 0;
            foreach (string room in rooms)
            {
                if (!await IsAllowedAsync(socket, room).ConfigureAwait(false))
                {
                    AuthenticationLog.RoomForbidden(environment.Logger, owner.Path.Value, socket.Id, room);
                    foreach (string joined in rooms)
                    {
                        // Those of an earlier round, which a ticket allowed that is no longer the one of the socket.
                        if (!await IsAllowedAsync(socket, joined).ConfigureAwait(false))
                        {
                            await LeaveAsync(socket, [joined]).ConfigureAwait(false);
                        }
                    }

                    throw new RoomForbiddenException(room);
                }
            }

            await JoinAllAsync(socket, rooms).ConfigureAwait(false);
        }
        while (tickets != (socket.Ticket?.Refreshes ?? 0)); // Another ticket came meanwhile, which may allow less, and has not seen these rooms.
    }

    private async ValueTask JoinAllAsync(RealtimeSocket socket, string[] rooms)
    {
        foreach (string room in rooms)
        {
            if (socket.Recovery is { } session)
            {
                await owner.Recovery.Rooms.JoinAsync(socket, session, room).ConfigureAwait(false);
            }
            else
            {
                await owner.PlainRooms.JoinAsync(socket.Recipient, room).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask LeaveAllAsync(RealtimeSocket socket, string[] rooms)
    {
        foreach (string room in rooms)
        {
            if (socket.Recovery is { } session)
            {
                await owner.Recovery.Rooms.LeaveAsync(socket, session, room).ConfigureAwait(false);
            }
            else
            {
                await owner.PlainRooms.LeaveAsync(socket.Recipient, room).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks whether a socket may be in a room.</summary>
    internal async ValueTask<bool> IsAllowedAsync(RealtimeSocket socket, string room)
    {
        // The rooms that the server itself puts a socket into are nobody's to forbid.
        if (room == socket.Id || (socket.UserId is { Length: > 0 } userId && room == UserRoom.Of(userId)))
        {
            return true;
        }

        foreach (RoomRule rule in definition.RoomRules)
        {
            if (rule.Pattern.Matches(room) && !await AskAsync(rule.IsAllowed, socket, socket.User, room).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async ValueTask<bool> AskAsync(Func<AccessRequest, ValueTask<bool>> rule, RealtimeSocket socket, ClaimsPrincipal user, string? room)
    {
        try
        {
            return await rule(new AccessRequest(socket, user, room, environment.Services)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Who cannot be asked has not said yes.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AuthenticationLog.AuthorizationFailed(environment.Logger, exception, owner.Path.Value, socket.Id);
            return false;
        }
    }
}
