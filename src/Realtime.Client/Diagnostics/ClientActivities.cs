using System.Diagnostics;

namespace Realtime.Client.Diagnostics;

/// <summary>The spans of clients, from the source <c>Realtime.Client</c>.</summary>
internal static class ClientActivities
{
    private static readonly ActivitySource s_source = new(ClientMeter.Name);

    internal static Activity? StartHandling(string path, string eventName) => Start("handle", ActivityKind.Consumer, path, eventName);

    internal static Activity? StartEmitting(string path, string eventName) => Start("emit", ActivityKind.Producer, path, eventName);

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
