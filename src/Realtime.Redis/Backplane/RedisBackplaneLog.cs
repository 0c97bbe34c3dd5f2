using Microsoft.Extensions.Logging;

namespace Realtime.Redis.Backplane;

internal static partial class RedisBackplaneLog
{
    [LoggerMessage(1001, LogLevel.Warning, "Redis did not take publications of {Namespace}; trying again.", EventName = "PublishRepeated")]
    internal static partial void PublishRepeated(ILogger logger, Exception? exception, string @namespace);

    [LoggerMessage(1002, LogLevel.Error, "{Count} publications of {Namespace} were given up: Redis did not take them in time.", EventName = "PublishGivenUp")]
    internal static partial void PublishGivenUp(ILogger logger, Exception? exception, int count, string @namespace);

    [LoggerMessage(1003, LogLevel.Debug, "Messages of {Namespace} may have been lost on their way: reading {Count} logs.", EventName = "MessagesLost")]
    internal static partial void Filling(ILogger logger, string @namespace, int count);

    [LoggerMessage(1004, LogLevel.Information, "The logs of {Namespace} were read: {Count} publications were missing, {Interrupted} rooms go on from elsewhere.", EventName = "MessagesFilled")]
    internal static partial void Filled(ILogger logger, string @namespace, int count, int interrupted);

    [LoggerMessage(1005, LogLevel.Warning, "Redis could not be asked for what is missing of {Namespace}; trying again.", EventName = "FillFailed")]
    internal static partial void FillFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(1006, LogLevel.Error, "A message of another node in {Namespace} could not be applied.", EventName = "MessageFailed")]
    internal static partial void MessageFailed(ILogger logger, Exception exception, string @namespace);

    [LoggerMessage(1007, LogLevel.Warning, "Redis could not be asked whether anything is missing of {Namespace}.", EventName = "CheckFailed")]
    internal static partial void CheckFailed(ILogger logger, Exception exception, string @namespace);
}
