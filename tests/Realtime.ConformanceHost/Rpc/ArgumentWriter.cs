using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Writes an argument as it came, with its binary values as <see cref="BinaryJson"/> has them.</summary>
internal sealed class ArgumentWriter : JsonConverter<EventArgument>
{
    public override EventArgument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, EventArgument value, JsonSerializerOptions options)
    {
        if (value.Attachments.Count == 0)
        {
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
            return;
        }

        using var document = JsonDocument.Parse(value.Json, BinaryJson.ReadOptions);
        Write(writer, document.RootElement, value.Attachments);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8Value(value);
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Write(writer, item, attachments);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Object when new EventArgument(raw.ToArray(), attachments).TryGetBinary(out ReadOnlyMemory<byte> bytes):
                BinaryJson.Write(writer, bytes.Span);
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value, attachments);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteRawValue(raw, skipInputValidation: true);
                break;
        }
    }
}
