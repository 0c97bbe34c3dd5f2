using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>JSON in which a binary value is <c>{"$bin":"base64"}</c>.</summary>
internal static class BinaryJson
{
    internal static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth,
        Converters = { new BinaryWriter(), new ArgumentWriter() },
    };

    internal static JsonDocumentOptions ReadOptions => new() { MaxDepth = MaxDepth };

    private const int MaxDepth = 1000;
    private static ReadOnlySpan<byte> Mark => "$bin"u8;

    /// <summary>Reads a value that can be emitted: as it came, unless there is binary in it.</summary>
    internal static object? Read(JsonElement value)
    {
        if (!HoldsBinary(value))
        {
            return new EventArgument(JsonMarshal.GetRawUtf8Value(value).ToArray(), []);
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().Select(Read).ToArray(),
            JsonValueKind.Object when TryGetBinary(value, out byte[]? bytes) => bytes,
            _ => value.EnumerateObject().ToDictionary(static member => member.Name, static member => Read(member.Value)),
        };
    }

    internal static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteStartObject();
        writer.WriteBase64String(Mark, bytes);
        writer.WriteEndObject();
    }

    private static bool HoldsBinary(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Any(HoldsBinary),
        JsonValueKind.Object => TryGetBinary(value, out _) || value.EnumerateObject().Any(static member => HoldsBinary(member.Value)),
        _ => false,
    };

    private static bool TryGetBinary(JsonElement value, out byte[]? bytes)
    {
        bytes = null;
        return value.TryGetProperty(Mark, out JsonElement text) && text.ValueKind == JsonValueKind.String && text.TryGetBytesFromBase64(out bytes);
    }
}
