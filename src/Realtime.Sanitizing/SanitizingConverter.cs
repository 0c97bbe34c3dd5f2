using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Sanitizing;

/// <summary>Sanitises text while it is read, so that rules and handlers see only what is left. What is written stays as it is.</summary>
internal sealed class SanitizingConverter(SanitizationPolicy policy) : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? Sanitize(reader.GetString()!) : throw new JsonException();

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Sanitize(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private string Sanitize(string text)
    {
        try
        {
            return policy.Sanitize(text);
        }
        catch (FormatException beyond)
        {
            throw new JsonException(null, beyond); // the serialiser adds where it stands
        }
    }
}
