using Microsoft.Extensions.Logging;

namespace Realtime.Redis.Sessions;

/// <summary>What is logged of sessions in Redis. Never their ids.</summary>
internal static partial class RedisSessionLog
{
    [LoggerMessage(1201, LogLevel.Warning, "Node {Node} could not renew its lease in time: others may take its sessions. It goes on with a new lease.", EventName = "LeaseLost")]
    internal static partial void LeaseLost(ILogger logger, string node);

    [LoggerMessage(1202, LogLevel.Warning, "Node {Node} could not renew its lease. It is tried again.", EventName = "LeaseRenewalFailed")]
    internal static partial void RenewalFailed(ILogger logger, Exception exception, string node);

    [LoggerMessage(1203, LogLevel.Information, "Node {Owner} did not yield a session in {Namespace} in time: it is taken without an answer.", EventName = "NoYield")]
    internal static partial void NoYield(ILogger logger, string owner, string @namespace);

    [LoggerMessage(1204, LogLevel.Debug, "The answer to a question of node {Node} could not be sent.", EventName = "YieldAnswerFailed")]
    internal static partial void AnswerFailed(ILogger logger, Exception exception, string node);

    [LoggerMessage(1205, LogLevel.Debug, "The owner of a session failed to yield it.", EventName = "YieldFailed")]
    internal static partial void YieldFailed(ILogger logger, Exception exception);
}
