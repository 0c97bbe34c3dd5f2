using Microsoft.Extensions.Logging;
using Realtime.Core.Diagnostics;

namespace Realtime.Core.Connections;

/// <summary>Log events of connections: ids 300 to 399. Renaming or renumbering one breaks the dashboards of users.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(300, LogLevel.Debug, "Connection {ConnectionId} opened on {Transport}.", EventName = "ConnectionOpened")]
    internal static partial void Opened(ILogger logger, string connectionId, string transport);

    [LoggerMessage(301, LogLevel.Debug, "Connection {ConnectionId} closed: {Reason}.", EventName = "ConnectionClosed")]
    internal static partial void Closed(ILogger logger, string connectionId, string reason);

    [LoggerMessage(302, LogLevel.Debug, "Connection {ConnectionId} upgraded to {Transport}.", EventName = "ConnectionUpgraded")]
    internal static partial void Upgraded(ILogger logger, string connectionId, string transport);

    [LoggerMessage(303, LogLevel.Error, "Connection {ConnectionId} is closed because the handling of a message failed unexpectedly.", EventName = "MessageHandlingFailed")]
    internal static partial void HandlerFailed(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(304, LogLevel.Debug, "A client at {Address} was refused: {Code}.", EventName = "ConnectionRefused")]
    internal static partial void Refused(ILogger logger, string address, ErrorCode code);

    [LoggerMessage(305, LogLevel.Error, "The end of connection {ConnectionId} failed unexpectedly.", EventName = "ConnectionClosingFailed")]
    internal static partial void ClosingFailed(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(306, LogLevel.Error, "What a deadline was to do failed unexpectedly.", EventName = "DeadlineFailed")]
    internal static partial void DeadlineFailed(ILogger logger, Exception exception);
}
