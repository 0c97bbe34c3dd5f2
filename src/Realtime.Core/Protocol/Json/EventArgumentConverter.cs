using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Core.Protocol.Json;

/// <summary>Passes an argument on as it came. Its attachments get new numbers, because the packet that it goes into may have others before it.</summary>
internal sealed class EventArgumentConverter : JsonConverter<EventArgument>
{
    public override EventArgument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new EventArgument(JsonSerializer.SerializeToUtf8Bytes(document.RootElement, JsonTypes.Default.JsonElement), BinaryScope.Reading ?? []);
    }

    public override void Write(Utf8JsonWriter writer, EventArgument value, JsonSerializerOptions options)
    {
        if (value.Attachments is not { Count: > 0 } || BinaryScope.Writing is not { } attachments)
        {
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
            return;
        }

        var reader = new Utf8JsonReader(value.Json.Span, new JsonReaderOptions { MaxDepth = writer.Options.MaxDepth });
        while (reader.Read())
        {
            Copy(ref reader, writer, value.Attachments, attachments);
        }
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> from, List<ReadOnlyMemory<byte>> to)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Utf8JsonReader ahead = reader;
                if (Placeholder.TryRead(ref ahead, out int number) && number < from.Count)
                {
                    Placeholder.Write(writer, to.Count);
                    to.Add(from[number]);
                    reader = ahead;
                }
                else
                {
                    writer.WriteStartObject();
                }

                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName when !reader.ValueIsEscaped:
                writer.WritePropertyName(reader.ValueSpan);
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(reader.GetString()!);
                break;
            case JsonTokenType.String:
                WriteRawString(ref reader, writer);
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    // Raw, so that escapes (also of half surrogate pairs, which JavaScript may send) survive as they are.
    private static void WriteRawString(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        byte[] quoted = new byte[reader.ValueSpan.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        reader.ValueSpan.CopyTo(quoted.AsSpan(1));
        writer.WriteRawValue(quoted, skipInputValidation: true);
    }
}
