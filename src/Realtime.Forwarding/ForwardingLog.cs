using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Realtime.Forwarding;

internal static partial class ForwardingLog
{
    [LoggerMessage(1601, LogLevel.Warning, "A request could not be handed on to {Address} ({Error}). Its client begins anew.", EventName = "ForwardingFailed")]
    internal static partial void Unreachable(ILogger logger, Exception? exception, Uri address, ForwarderError error);
}
