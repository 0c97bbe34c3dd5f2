using Microsoft.Extensions.Logging;

namespace Realtime.Core.Authentication;

/// <summary>Log events of authentication and authorisation: ids 800 to 899. Renaming or renumbering one breaks the dashboards of users. Tokens are never logged.</summary>
internal static partial class AuthenticationLog
{
    [LoggerMessage(800, LogLevel.Error, "An authenticator of {Namespace} failed; the client is refused.", EventName = "AuthenticatorFailed")]
    internal static partial void AuthenticatorFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(801, LogLevel.Error, "An authorization rule of {Namespace} failed for socket {SocketId}; access is refused.", EventName = "AuthorizationFailed")]
    internal static partial void AuthorizationFailed(ILogger logger, Exception exception, string @namespace, string socketId);

    [LoggerMessage(802, LogLevel.Information, "Socket {SocketId} of {Namespace} may not be in room {Room}.", EventName = "RoomForbidden")]
    internal static partial void RoomForbidden(ILogger logger, string @namespace, string socketId, string room);

    [LoggerMessage(803, LogLevel.Debug, "The ticket of socket {SocketId} in {Namespace} has expired; it has {GraceMilliseconds} ms for a new one.", EventName = "TicketExpiring")]
    internal static partial void TicketExpiring(ILogger logger, string @namespace, string socketId, long graceMilliseconds);

    [LoggerMessage(804, LogLevel.Debug, "Socket {SocketId} in {Namespace} has a new ticket.", EventName = "TicketRefreshed")]
    internal static partial void TicketRefreshed(ILogger logger, string @namespace, string socketId);

    [LoggerMessage(805, LogLevel.Information, "Socket {SocketId} in {Namespace} could not refresh its ticket: {Code}.", EventName = "RefreshRefused")]
    internal static partial void RefreshRefused(ILogger logger, string @namespace, string socketId, string code);

    [LoggerMessage(806, LogLevel.Information, "A revocation ended {Sockets} sockets and {Connections} connections.", EventName = "Revoked")]
    internal static partial void Revoked(ILogger logger, int sockets, int connections);

    [LoggerMessage(807, LogLevel.Warning, "{Count} revocations were forgotten before their time; raise Authentication.MaxRevocations.", EventName = "RevocationsForgotten")]
    internal static partial void RevocationsForgotten(ILogger logger, int count);
}
