using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Realtime.Checker;

/// <summary>A record as a line: one JSON object without the fields that it does not have.</summary>
/// <remarks>Thread-safe, except for <see cref="Pooled"/>.</remarks>
internal static class RecordFormat
{
    internal static readonly JsonSerializerOptions Json = Create();

    /// <summary>Options for one reader: equal strings become one object, because a run names few things many times. Confined to that reader.</summary>
    internal static JsonSerializerOptions Pooled()
    {
        JsonSerializerOptions options = Create();
        options.Converters.Add(new StringPool());
        return options;
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, // a field that nobody reads is a mistake of who wrote it
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter<RecordKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        return options;
    }

    private sealed class StringPool : JsonConverter<string>
    {
        private readonly Dictionary<string, string> _strings = [];

        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string text = reader.GetString()!;
            if (_strings.TryGetValue(text, out string? known))
            {
                return known;
            }

            _strings.Add(text, text);
            return text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
