using Microsoft.Extensions.Logging;

namespace Realtime.Redis.Nodes;

internal static partial class NodesLog
{
    [LoggerMessage(1501, LogLevel.Warning, "The address of this node could not be told to the others: Redis is not available.", EventName = "NodeAddressNotRenewed")]
    internal static partial void NotRenewed(ILogger logger, Exception exception);

    [LoggerMessage(1502, LogLevel.Warning, "The address of a node could not be found out: Redis is not available.", EventName = "NodeAddressNotFound")]
    internal static partial void NotFound(ILogger logger, Exception exception);
}
