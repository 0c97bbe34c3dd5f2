using Microsoft.Extensions.Logging;

namespace Realtime.Redis.SocketIO;

/// <summary>Log events of the adapter that Node understands: ids 1300 to 1399. Renaming or renumbering one breaks the dashboards of users.</summary>
internal static partial class SocketIORedisLog
{
    [LoggerMessage(1300, LogLevel.Error, "Redis did not take a message for {Namespace}: it reaches no other node.", EventName = "SocketIOPublishFailed")]
    internal static partial void PublishFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(1301, LogLevel.Error, "A subscription of {Namespace} failed. It is tried again when Redis is back.", EventName = "SocketIOSubscribeFailed")]
    internal static partial void SubscribeFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(1302, LogLevel.Warning, "A message on {Channel} was ignored: it is none of Socket.IO's.", EventName = "SocketIOMessageUnreadable")]
    internal static partial void Unreadable(ILogger logger, string channel);

    [LoggerMessage(1303, LogLevel.Error, "Applying a message on {Channel} failed.", EventName = "SocketIOMessageFailed")]
    internal static partial void MessageFailed(ILogger logger, Exception exception, string channel);

    [LoggerMessage(1304, LogLevel.Warning, "Messages on {Channel} are dropped: more than {MaxWaiting} wait to be applied.", EventName = "SocketIOMessagesDropped")]
    internal static partial void Dropped(ILogger logger, string channel, int maxWaiting);

    [LoggerMessage(1305, LogLevel.Warning, "A message of {Bytes} bytes on {Channel} was dropped: it is too long.", EventName = "SocketIOMessageTooLong")]
    internal static partial void TooLong(ILogger logger, string channel, long bytes);

    [LoggerMessage(1306, LogLevel.Warning, "The connection to Redis is lost: what is emitted reaches the clients of this node only.", EventName = "SocketIORedisLost")]
    internal static partial void Lost(ILogger logger, Exception? exception);

    [LoggerMessage(1307, LogLevel.Information, "The connection to Redis is back.", EventName = "SocketIORedisRestored")]
    internal static partial void Restored(ILogger logger);
}
