using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Core.Protocol.Json;

/// <summary>Passes an argument on as it came, byte for byte. Only its attachments get new numbers, because the packet that it goes into may have others before it.</summary>
internal sealed class EventArgumentConverter : JsonConverter<EventArgument>
{
    public override EventArgument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new EventArgument(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray(), BinaryScope.Reading ?? []);
    }

    public override void Write(Utf8JsonWriter writer, EventArgument value, JsonSerializerOptions options)
    {
        if (value.Json.IsEmpty)
        {
            writer.WriteNullValue();
        }
        else if (value.Attachments is { Count: > 0 } from && BinaryScope.Writing is { } to)
        {
            WriteRenumbered(writer, value.Json.Span, from, to);
        }
        else
        {
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
        }
    }

    // What stands between the placeholders is copied and not written anew, so that numbers and escapes (also of half surrogate pairs, which
    // JavaScript may send) stay as they are.
    private static void WriteRenumbered(Utf8JsonWriter writer, ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> from, List<ReadOnlyMemory<byte>> to)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + 16);
        using var placeholders = new Utf8JsonWriter(output);
        int copied = 0;
        foreach (PlaceholderRange range in PlaceholderSearch.In(json))
        {
            if (range.Number < 0 || range.Number >= from.Count)
            {
                continue;
            }

            output.Write(json[copied..range.Start]);
            placeholders.Reset();
            Placeholder.Write(placeholders, to.Count);
            placeholders.Flush();
            to.Add(from[range.Number]);
            copied = range.End;
        }

        output.Write(json[copied..]);
        writer.WriteRawValue(output.WrittenSpan, skipInputValidation: true);
    }
}
