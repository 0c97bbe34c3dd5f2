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
}
