using Microsoft.Extensions.Logging;
using Realtime.Client.States;

namespace Realtime.Client.Diagnostics;

/// <summary>Log events of the client: ids 2000 to 2099. Renaming or renumbering one breaks the dashboards of users.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(2000, LogLevel.Debug, "Connection {ConnectionId} opened on {Transport}.", EventName = "ClientSessionOpened")]
    internal static partial void SessionOpened(ILogger logger, string connectionId, string transport);

    [LoggerMessage(2001, LogLevel.Debug, "Connection {ConnectionId} ended ({Reason}): {Text}", EventName = "ClientSessionEnded")]
    internal static partial void SessionEnded(ILogger logger, string connectionId, ClientCloseReason reason, string text);

    [LoggerMessage(2002, LogLevel.Error, "Connection {ConnectionId} is ended because of an unexpected failure.", EventName = "ClientSessionFailed")]
    internal static partial void SessionFailed(ILogger logger, Exception exception, string connectionId);

    [LoggerMessage(2003, LogLevel.Debug, "Connection {ConnectionId} upgraded to {Transport}.", EventName = "ClientUpgraded")]
    internal static partial void Upgraded(ILogger logger, string connectionId, string transport);

    [LoggerMessage(2004, LogLevel.Debug, "Connection {ConnectionId} stays on long-polling: {Text}", EventName = "ClientUpgradeFailed")]
    internal static partial void UpgradeFailed(ILogger logger, string connectionId, string text);

    [LoggerMessage(2005, LogLevel.Debug, "The transport {Transport} does not get through: {Text}", EventName = "ClientTransportUnavailable")]
    internal static partial void TransportUnavailable(ILogger logger, string transport, string text);

    [LoggerMessage(2006, LogLevel.Information, "Attempt {Attempt} follows in {Delay} ms ({Reason}): {Text}", EventName = "ClientWaitingToRetry")]
    internal static partial void WaitingToRetry(ILogger logger, int attempt, long delay, ClientCloseReason reason, string text);

    [LoggerMessage(2007, LogLevel.Information, "Namespace {Namespace} is connected as {SocketId}; recovered: {Recovered}.", EventName = "ClientJoined")]
    internal static partial void Joined(ILogger logger, string @namespace, string socketId, bool recovered);

    [LoggerMessage(2008, LogLevel.Warning, "Namespace {Namespace} was refused: {Text}", EventName = "ClientRefused")]
    internal static partial void Refused(ILogger logger, string @namespace, string text);

    [LoggerMessage(2009, LogLevel.Warning, "The auth callback of namespace {Namespace} failed.", EventName = "ClientAuthFailed")]
    internal static partial void AuthFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2010, LogLevel.Error, "A handler of {EventName} in namespace {Namespace} failed.", EventName = "ClientHandlerFailed")]
    internal static partial void HandlerFailed(ILogger logger, Exception exception, string eventName, string @namespace);

    [LoggerMessage(2011, LogLevel.Error, "An observer of the client failed.", EventName = "ClientObserverFailed")]
    internal static partial void ObserverFailed(ILogger logger, Exception exception);

    [LoggerMessage(2012, LogLevel.Warning, "Nothing is read any more until the handlers of namespace {Namespace} have caught up.", EventName = "ClientReadingStopped")]
    internal static partial void ReadingStopped(ILogger logger, string @namespace);

    [LoggerMessage(2013, LogLevel.Error, "The reconnect loop failed unexpectedly; the client is disconnected.", EventName = "ClientLoopFailed")]
    internal static partial void LoopFailed(ILogger logger, Exception exception);

    [LoggerMessage(2014, LogLevel.Warning, "The server refused an event: {Error}", EventName = "ClientEventRefused")]
    internal static partial void EventRefused(ILogger logger, string error);

    [LoggerMessage(2015, LogLevel.Warning, "The token of namespace {Namespace} was not refreshed.", EventName = "ClientRefreshFailed")]
    internal static partial void RefreshFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(2017, LogLevel.Warning, "Events of stream {Stream} in namespace {Namespace} are lost, from {From} to {To}.", EventName = "ClientEventsLost")]
    internal static partial void EventsLost(ILogger logger, string @namespace, string stream, long from, long? to);

    [LoggerMessage(2018, LogLevel.Warning, "The session ended before the event {EventName} ({MessageId}) was acknowledged. Nobody knows whether it was handled; it is not sent again.", EventName = "ClientDeliveryUnknown")]
    internal static partial void DeliveryUnknown(ILogger logger, string eventName, string messageId);

    [LoggerMessage(2016, LogLevel.Error, "The client is not connected, and does not try again.", EventName = "ClientGaveUp")]
    internal static partial void HostedClientFailed(ILogger logger, Exception exception);
}
