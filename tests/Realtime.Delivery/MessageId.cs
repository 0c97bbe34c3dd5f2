using System.Text.Json;

namespace Realtime.Delivery;

/// <summary>Finds the id of a message in the JSON that goes over the wire.</summary>
internal static class MessageId
{
    // ["heard",{"id":"…",…}]
    internal static string? ReadFrom(ReadOnlyMemory<byte> data)
    {
        using JsonDocument document = JsonDocument.Parse(data);
        return document.RootElement.GetArrayLength() > 1 && document.RootElement[1].TryGetProperty("id", out JsonElement id) ? id.GetString() : null;
    }
}
