using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Core.Protocol.Json;

/// <summary>Reads the validation attributes of a member: on the property, or on the parameter of a positional record that it comes from.</summary>
internal static class MemberAnnotations
{
    internal static IEnumerable<ValidationAttribute> Of(JsonPropertyInfo property) =>
        Read(property.AttributeProvider).Concat(Read(property.AssociatedParameter?.AttributeProvider));

    private static IEnumerable<ValidationAttribute> Read(ICustomAttributeProvider? provider) =>
        provider?.GetCustomAttributes(typeof(ValidationAttribute), inherit: true).Cast<ValidationAttribute>() ?? [];
}
