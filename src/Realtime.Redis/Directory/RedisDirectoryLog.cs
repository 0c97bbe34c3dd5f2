using Microsoft.Extensions.Logging;

namespace Realtime.Redis.Directory;

/// <summary>What is logged of the directory. Never ids of users or sessions.</summary>
internal static partial class RedisDirectoryLog
{
    [LoggerMessage(1301, LogLevel.Warning, "The directory of connections cannot be asked: until it can, limits of users are those of this node.", EventName = "DirectoryAway")]
    internal static partial void Away(ILogger logger, Exception? exception);

    [LoggerMessage(1302, LogLevel.Information, "The directory of connections can be asked again; this node has listed what it has.", EventName = "DirectoryBack")]
    internal static partial void Back(ILogger logger);

    [LoggerMessage(1303, LogLevel.Error, "The directory of connections failed.", EventName = "DirectoryFailed")]
    internal static partial void Failed(ILogger logger, Exception exception);
}
