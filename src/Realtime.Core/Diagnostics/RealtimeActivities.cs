using System.Diagnostics;

namespace Realtime.Core.Diagnostics;

/// <summary>The spans of the library, from the source <c>Realtime</c>.</summary>
internal static class RealtimeActivities
{
    private static readonly ActivitySource s_source = new(RealtimeMeter.Name);

    internal static Activity? StartHandling(string path, string eventName) => Start("handle", ActivityKind.Consumer, path, eventName);

    internal static Activity? StartPublishing(string path, string eventName) => Start("publish", ActivityKind.Producer, path, eventName);

    private static Activity? Start(string operation, ActivityKind kind, string path, string eventName)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        return s_source.StartActivity($"{eventName} {operation}", kind)
            ?.SetTag("messaging.system", "realtime")
            .SetTag("messaging.operation.name", operation)
            .SetTag("messaging.destination.name", path)
            .SetTag("realtime.event", eventName);
    }
}
