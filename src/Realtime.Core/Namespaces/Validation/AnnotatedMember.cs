using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>What is annotated on one member.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record AnnotatedMember(string Name, string JsonName, Type Type, bool IsComplex, ValidationAttribute[] Rules, Func<object, object?> Get)
{
    internal string Segment { get; } = MemberPath.Segment(JsonName);

    /// <summary>Looks at a member.</summary>
    /// <returns><see langword="null"/> when there is nothing to check about it.</returns>
    internal static AnnotatedMember? Of(JsonPropertyInfo property)
    {
        // Whoever lacks a required value is told so, rather than that nothing is too short.
        ValidationAttribute[] rules = [.. MemberAnnotations.Of(property).OrderBy(static rule => rule is not RequiredAttribute)];
        bool isComplex = property.Options.GetTypeInfo(property.PropertyType).Kind != JsonTypeInfoKind.None;
        return property.Get is { } get && (isComplex || rules.Length > 0)
            ? new AnnotatedMember(MemberPath.NameOf(property), property.Name, property.PropertyType, isComplex, rules, get)
            : null;
    }

    /// <summary>Makes the length of binary values visible to attributes, which know arrays and collections only. Received values are arrays already, so nothing is copied.</summary>
    internal static object? Countable(object? value) => value switch
    {
        ReadOnlyMemory<byte> memory => ToArray(memory),
        Memory<byte> memory => ToArray(memory),
        _ => value,
    };

    private static byte[] ToArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();
}
