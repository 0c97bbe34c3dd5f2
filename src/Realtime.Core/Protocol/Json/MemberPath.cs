using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Core.Protocol.Json;

/// <summary>JSON paths of members, in the form that System.Text.Json has them in its exceptions.</summary>
internal static class MemberPath
{
    private static readonly SearchValues<char> s_special = SearchValues.Create(". '/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029");

    internal static string Segment(string name) => name.AsSpan().ContainsAny(s_special) ? $"['{name}']" : "." + name;

    /// <summary>Translates the names of .NET, such as <c>Lines[3].Text</c>. What is not known is taken as it is.</summary>
    internal static string Of(JsonSerializerOptions options, Type type, string memberName)
    {
        var path = new StringBuilder("$");
        JsonTypeInfo? current = TypeOf(options, type);
        foreach (string part in memberName.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? part : part[..bracket];
            if (name.Length > 0)
            {
                JsonPropertyInfo? property = current?.Properties.FirstOrDefault(candidate => NameOf(candidate) == name);
                path.Append(Segment(property?.Name ?? name));
                current = property is null ? null : TypeOf(options, property.PropertyType);
            }

            if (bracket >= 0)
            {
                path.Append(part, bracket, part.Length - bracket);
                current = current?.ElementType is { } element ? TypeOf(options, element) : null;
            }
        }

        return path.ToString();
    }

    /// <summary>Gets the name of a member in .NET, which the serialiser keeps with its attributes.</summary>
    [return: NotNullIfNotNull(nameof(property))]
    internal static string? NameOf(JsonPropertyInfo? property) => (property?.AttributeProvider as MemberInfo)?.Name ?? property?.Name;

    private static JsonTypeInfo? TypeOf(JsonSerializerOptions options, Type type) => options.TryGetTypeInfo(type, out JsonTypeInfo? found) ? found : null;
}
