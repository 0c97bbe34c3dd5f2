using Microsoft.Extensions.Logging;

namespace Realtime.Redis.Limits;

internal static partial class RedisRateLimitLog
{
    [LoggerMessage(1060, LogLevel.Warning, "Redis could not be asked for an allowance: for a moment each server limits by itself.", EventName = "RateLimitsAway")]
    internal static partial void Away(ILogger logger, Exception exception);
}
