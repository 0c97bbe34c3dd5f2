using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Core.Protocol.Json;

/// <summary>Finds the member that a payload lacks. System.Text.Json names it only in the text of its exception, which trimmed applications do not have.</summary>
internal static class MissingMember
{
    /// <summary>Looks for the first object that ends without a member that its type requires: the order in which the serialiser notices it.</summary>
    /// <param name="json">A JSON value.</param>
    /// <param name="type">The type that it was read as.</param>
    /// <returns>The path of the object and of its member; <see langword="null"/> when nothing is missing.</returns>
    internal static (string Object, string Member)? In(ReadOnlySpan<byte> json, JsonTypeInfo type)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            return reader.Read() && Walk(ref reader, type) is { } found ? ("$" + found.Object, "$" + found.Object + MemberPath.Segment(found.Member)) : null;
        }
        catch (InvalidOperationException)
        {
            return null; // A name with half of a surrogate pair: that is what the serialiser stopped at, too.
        }
    }

    // Paths are put together on the way back, so that a payload without the fault costs no text.
    private static (string Object, string Member)? Walk(ref Utf8JsonReader reader, JsonTypeInfo? type)
    {
        switch (type?.Kind)
        {
            case JsonTypeInfoKind.Object when reader.TokenType == JsonTokenType.StartObject:
                return WalkObject(ref reader, type);
            case JsonTypeInfoKind.Dictionary when reader.TokenType == JsonTokenType.StartObject:
                return WalkEntries(ref reader, Element(type));
            case JsonTypeInfoKind.Enumerable when reader.TokenType == JsonTokenType.StartArray:
                return WalkItems(ref reader, Element(type));
            default:
                reader.Skip();
                return null;
        }
    }

    private static (string Object, string Member)? WalkObject(ref Utf8JsonReader reader, JsonTypeInfo type)
    {
        List<JsonPropertyInfo> missing = [.. type.Properties.Where(static property => property.IsRequired)];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            StringComparison comparison = type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            JsonPropertyInfo? property = type.Properties.FirstOrDefault(candidate => string.Equals(candidate.Name, name, comparison));
            if (property is not null)
            {
                missing.Remove(property);
            }

            reader.Read();
            if (Walk(ref reader, property is null ? null : type.Options.GetTypeInfo(property.PropertyType)) is { } found)
            {
                return (MemberPath.Segment(property!.Name) + found.Object, found.Member);
            }
        }

        return missing.Count > 0 ? ("", missing[0].Name) : null;
    }

    private static (string Object, string Member)? WalkEntries(ref Utf8JsonReader reader, JsonTypeInfo? element)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (Walk(ref reader, element) is { } found)
            {
                return (MemberPath.Segment(key) + found.Object, found.Member);
            }
        }

        return null;
    }

    private static (string Object, string Member)? WalkItems(ref Utf8JsonReader reader, JsonTypeInfo? element)
    {
        for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (Walk(ref reader, element) is { } found)
            {
                return ($"[{i}]{found.Object}", found.Member);
            }
        }

        return null;
    }

    private static JsonTypeInfo? Element(JsonTypeInfo type) => type.ElementType is { } element ? type.Options.GetTypeInfo(element) : null;
}
