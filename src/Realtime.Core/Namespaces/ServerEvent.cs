using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>Events for the server-side handlers of nodes.</summary>
internal static class ServerEvent
{
    /// <exception cref="ArgumentException">The name is empty, or one that Socket.IO servers give to themselves.</exception>
    internal static EventPayload Serialize(PayloadSerializer serializer, string eventName, ReadOnlySpan<object?> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return eventName is "connect" or "connection" or "new_namespace"
            ? throw new ArgumentException($"\"{eventName}\" is a reserved event name")
            : serializer.SerializeEvent(eventName, arguments);
    }
}
