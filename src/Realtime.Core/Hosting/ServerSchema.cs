using System.Text;
using System.Text.Json.Nodes;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Hosting;

/// <summary>Describes the events that a server handles: for each namespace and event, the JSON Schema of its payload and of its acknowledgement.</summary>
internal static class ServerSchema
{
    internal static ReadOnlyMemory<byte> Export(NamespaceCatalog catalog, PayloadSerializer serializer)
    {
        var named = new JsonObject();
        foreach ((NamespacePath path, NamespaceDefinition definition) in catalog.Named.OrderBy(static found => found.Path.Value, StringComparer.Ordinal))
        {
            named[path.Value] = Describe(definition, serializer);
        }

        var document = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["namespaces"] = named };
        if (catalog.Patterns.Count > 0)
        {
            document["patterns"] = new JsonArray([.. catalog.Patterns.Select(pattern => Describe(pattern.Definition, serializer))]);
        }

        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private static JsonObject Describe(NamespaceDefinition definition, PayloadSerializer serializer)
    {
        var events = new JsonObject();
        foreach (EventDefinition found in definition.Events.OrderBy(static found => found.Name, StringComparer.Ordinal))
        {
            var described = new JsonObject();
            if (found.PayloadType is { } payload)
            {
                described["payload"] = PayloadSchema.Of(serializer.GetTypeInfo(payload));
            }

            if (found.AckType is { } ack)
            {
                described["ack"] = PayloadSchema.Of(serializer.GetTypeInfo(ack));
            }

            events[found.Name] = described;
        }

        return new JsonObject { ["events"] = events };
    }
}
