using Microsoft.Extensions.Logging;
using Realtime.Core.Diagnostics;

namespace Realtime.Core.Namespaces;

/// <summary>Log events of namespaces: ids 900 to 999. Renaming or renumbering one breaks the dashboards of users.</summary>
internal static partial class NamespaceLog
{
    [LoggerMessage(900, LogLevel.Debug, "Socket {SocketId} joined {Namespace}.", EventName = "SocketConnected")]
    internal static partial void Connected(ILogger logger, string socketId, string @namespace);

    [LoggerMessage(901, LogLevel.Debug, "Socket {SocketId} left {Namespace}: {Reason}.", EventName = "SocketDisconnected")]
    internal static partial void Disconnected(ILogger logger, string socketId, string @namespace, string reason);

    [LoggerMessage(902, LogLevel.Debug, "A client was refused in {Namespace}: {Message}", EventName = "SocketRefused")]
    internal static partial void Refused(ILogger logger, string @namespace, string message);

    [LoggerMessage(903, LogLevel.Error, "The handler of {EventName} in {Namespace} failed for socket {SocketId}.", EventName = "HandlerFailed")]
    internal static partial void HandlerFailed(ILogger logger, Exception exception, string @namespace, string eventName, string socketId);

    [LoggerMessage(904, LogLevel.Debug, "Socket {SocketId} sent {EventName} in {Namespace} with a payload that does not fit at {Path}.", EventName = "InvalidPayload")]
    internal static partial void InvalidPayload(ILogger logger, string @namespace, string eventName, string socketId, string path);

    [LoggerMessage(905, LogLevel.Error, "A middleware of {Namespace} failed; socket {SocketId} is refused.", EventName = "MiddlewareFailed")]
    internal static partial void MiddlewareFailed(ILogger logger, Exception exception, string @namespace, string socketId);

    [LoggerMessage(906, LogLevel.Error, "A listener of {Namespace} failed for socket {SocketId}.", EventName = "ListenerFailed")]
    internal static partial void ListenerFailed(ILogger logger, Exception exception, string @namespace, string socketId);

    [LoggerMessage(907, LogLevel.Debug, "Connection {ConnectionId} broke the protocol: {Violation}.", EventName = "ProtocolViolation")]
    internal static partial void Violation(ILogger logger, string connectionId, string violation);

    [LoggerMessage(908, LogLevel.Debug, "The event {EventName} of socket {SocketId} in {Namespace} was refused: {Code}.", EventName = "EventRefused")]
    internal static partial void EventRefused(ILogger logger, string @namespace, string eventName, string socketId, ErrorCode code);

    [LoggerMessage(909, LogLevel.Warning, "Connection {ConnectionId} is closed: it was refused too often.", EventName = "ConnectionAbusive")]
    internal static partial void Abuse(ILogger logger, string connectionId);

    [LoggerMessage(910, LogLevel.Error, "The idempotency store failed for {EventName} in {Namespace} of socket {SocketId}.", EventName = "IdempotencyStoreFailed")]
    internal static partial void StoreFailed(ILogger logger, Exception exception, string eventName, string @namespace, string socketId);

    [LoggerMessage(911, LogLevel.Warning, "The claim for {EventName} in {Namespace} of socket {SocketId} was taken over while its handler ran: it may have run twice.", EventName = "IdempotencyClaimLost")]
    internal static partial void ClaimLost(ILogger logger, string eventName, string @namespace, string socketId);

    [LoggerMessage(912, LogLevel.Error, "Recovery failed in {Namespace} for socket {SocketId}.", EventName = "RecoveryFailed")]
    internal static partial void RecoveryFailed(ILogger logger, Exception exception, string @namespace, string socketId);

    [LoggerMessage(913, LogLevel.Warning, "The backplane was not told that a room of {Namespace} has no member here any more.", EventName = "RoomNotLeft")]
    internal static partial void RoomNotLeft(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(914, LogLevel.Error, "The server-side handler of {EventName} in {Namespace} failed.", EventName = "ServerEventFailed")]
    internal static partial void ServerEventFailed(ILogger logger, Exception exception, string eventName, string @namespace);

    [LoggerMessage(915, LogLevel.Error, "Asking for acknowledgements between the nodes of {Namespace} failed.", EventName = "ClusterAskFailed")]
    internal static partial void AskFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(916, LogLevel.Warning, "Socket {SocketId} in {Namespace} is sent away: this node may have lost its session to another one.", EventName = "OwnershipUncertain")]
    internal static partial void OwnershipUncertain(ILogger logger, string @namespace, string socketId);

    [LoggerMessage(917, LogLevel.Warning, "The sessions of {Namespace} could not be touched. It is tried again.", EventName = "TouchFailed")]
    internal static partial void TouchFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(918, LogLevel.Error, "The directory of connections failed for a client of {Namespace}: the limit of this node decides.", EventName = "DirectoryFailed")]
    internal static partial void DirectoryFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(919, LogLevel.Warning, "The presence in a room of {Namespace} could not be read. It is tried again.", EventName = "PresenceUnknown")]
    internal static partial void PresenceUnknown(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(920, LogLevel.Error, "A listener for presence in {Namespace} failed.", EventName = "PresenceListenerFailed")]
    internal static partial void PresenceListenerFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(930, LogLevel.Error, "The store of rate limits failed for '{Policy}': the allowance of this server decides.", EventName = "RateLimitStoreFailed")]
    internal static partial void RateLimitStoreFailed(ILogger logger, Exception exception, string policy);
}
