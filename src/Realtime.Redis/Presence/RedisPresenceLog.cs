using Microsoft.Extensions.Logging;

namespace Realtime.Redis.Presence;

/// <summary>What is logged of presence: ids 1400 to 1499. Never ids of users.</summary>
internal static partial class RedisPresenceLog
{
    [LoggerMessage(1401, LogLevel.Warning, "The presence of users cannot be written: what changes on this node is written when Redis can be had again.", EventName = "PresenceAway")]
    internal static partial void Away(ILogger logger, Exception exception);

    [LoggerMessage(1402, LogLevel.Information, "The presence of users can be written again; this node has written what it has.", EventName = "PresenceBack")]
    internal static partial void Back(ILogger logger);

    [LoggerMessage(1403, LogLevel.Error, "Keeping the presence of users failed. It is tried again.", EventName = "PresenceFailed")]
    internal static partial void Failed(ILogger logger, Exception exception);
}
