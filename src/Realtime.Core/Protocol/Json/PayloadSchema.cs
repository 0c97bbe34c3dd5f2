using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Core.Protocol.Json;

/// <summary>Makes the JSON Schema of a type: what the serialiser accepts, and what attributes ask for beyond that.</summary>
internal static class PayloadSchema
{
    private static readonly JsonSchemaExporterOptions s_options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Complete };

    internal static JsonNode Of(JsonTypeInfo type) => type.Type == typeof(EventArgument) ? new JsonObject() : type.GetJsonSchemaAsNode(s_options);

    private static JsonNode Complete(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (IsBinary(context.TypeInfo.Type))
        {
            return DescribeBinary();
        }

        // The exporter does not ask about members that have a default and a converter of their own.
        if (context.TypeInfo.Kind == JsonTypeInfoKind.Object && schema is JsonObject whole && whole["properties"] is JsonObject members)
        {
            foreach (JsonPropertyInfo binary in context.TypeInfo.Properties.Where(static member => IsBinary(member.PropertyType)))
            {
                members[binary.Name] = DescribeBinary();
            }

            foreach (JsonPropertyInfo real in context.TypeInfo.Properties.Where(static member => IsReal(member.PropertyType)))
            {
                members[real.Name] = DescribeReal(members[real.Name], real.PropertyType);
            }
        }

        if (IsReal(context.TypeInfo.Type))
        {
            schema = DescribeReal(schema, context.TypeInfo.Type);
        }

        if (context.PropertyInfo is { } property && schema is JsonObject described)
        {
            foreach (ValidationAttribute rule in MemberAnnotations.Of(property))
            {
                Add(described, rule, IsArray(described));
            }
        }

        return schema;
    }

    private static bool IsBinary(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var bytes
        && (bytes == typeof(byte[]) || bytes == typeof(Memory<byte>) || bytes == typeof(ReadOnlyMemory<byte>));

    private static JsonObject DescribeBinary() => new() { ["description"] = "Binary: an attachment, or text in base64." };

    private static bool IsReal(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var number && (number == typeof(double) || number == typeof(float));

    // The converter is our own, so the exporter cannot know that it reads numbers.
    private static JsonObject DescribeReal(JsonNode? schema, Type type)
    {
        JsonObject described = schema as JsonObject ?? [];
        described["type"] = Nullable.GetUnderlyingType(type) is null ? "number" : new JsonArray("number", "null");
        return described;
    }

    private static void Add(JsonObject schema, ValidationAttribute rule, bool isArray)
    {
        string unit = isArray ? "Items" : "Length";
        switch (rule)
        {
            case StringLengthAttribute length:
                Bound(schema, "Length", length.MinimumLength, length.MaximumLength);
                break;
            case LengthAttribute length:
                Bound(schema, unit, length.MinimumLength, length.MaximumLength);
                break;
            case MinLengthAttribute length:
                Bound(schema, unit, length.Length, maximum: -1);
                break;
            case MaxLengthAttribute length:
                Bound(schema, unit, minimum: 0, length.Length);
                break;
            case RequiredAttribute { AllowEmptyStrings: false } when Is(schema, "string") && schema["minLength"] is null:
                schema["minLength"] = 1;
                break;
            case RangeAttribute range:
                schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = ToNumber(range.Minimum);
                schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = ToNumber(range.Maximum);
                break;
            case RegularExpressionAttribute pattern:
                schema["pattern"] = $"^(?:{pattern.Pattern})$"; // the attribute matches the whole value, a schema any part of it
                break;
            case EmailAddressAttribute:
                schema["format"] = "email";
                break;
            case UrlAttribute:
                schema["format"] = "uri";
                break;
        }
    }

    private static void Bound(JsonObject schema, string unit, int minimum, int maximum)
    {
        if (minimum > 0)
        {
            schema["min" + unit] = minimum;
        }

        if (maximum >= 0)
        {
            schema["max" + unit] = maximum;
        }
    }

    private static JsonNode? ToNumber(object bound) => bound switch
    {
        int number => number,
        double number when double.IsFinite(number) => number,
        _ => decimal.TryParse(Convert.ToString(bound, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out decimal number) ? number : null,
    };

    private static bool IsArray(JsonObject schema) => Is(schema, "array");

    private static bool Is(JsonObject schema, string type) => schema["type"] switch
    {
        JsonArray types => types.Any(candidate => candidate?.GetValue<string>() == type),
        JsonValue single => single.GetValue<string>() == type,
        _ => false,
    };
}
