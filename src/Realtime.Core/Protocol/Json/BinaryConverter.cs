using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Core.Protocol.Json;

/// <summary>Lets a binary type travel as an attachment: a placeholder stands in the JSON. Outside a payload it is base64, as System.Text.Json has it.</summary>
/// <typeparam name="T">The binary type.</typeparam>
internal abstract class BinaryConverter<T> : JsonConverter<T>
{
    private protected BinaryConverter()
    {
    }

    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return default;
            case JsonTokenType.String:
                return reader.TryGetBytesFromBase64(out byte[]? bytes) ? From(bytes) : throw new JsonException("The text is no base64.");
            case JsonTokenType.StartObject when Placeholder.TryRead(ref reader, out int number) && BinaryScope.Reading is { } attachments && number < attachments.Count:
                return From(ToArray(attachments[number]));
            default:
                throw new JsonException("A binary value is expected.");
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ReadOnlyMemory<byte> bytes = ToMemory(value);
        if (BinaryScope.Writing is { } attachments)
        {
            Placeholder.Write(writer, attachments.Count);
            attachments.Add(bytes);
        }
        else
        {
            writer.WriteBase64StringValue(bytes.Span);
        }
    }

    protected abstract T From(byte[] bytes);

    protected abstract ReadOnlyMemory<byte> ToMemory(T value);

    // Attachments that were read are arrays of their own, so they are handed out as they are.
    private static byte[] ToArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : memory.ToArray();
}
