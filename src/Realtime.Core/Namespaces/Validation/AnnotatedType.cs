using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>What is annotated on one type.</summary>
/// <remarks>Immutable. <c>Element</c> is what a collection is of and <c>Contents</c> what else can stand in a value, where that may have annotations itself.</remarks>
internal sealed record AnnotatedType(JsonTypeInfoKind Kind, ValidationAttribute[] Rules, AnnotatedMember[] Members, Type? Element, Type[] Contents)
{
    internal static AnnotatedType Of(JsonTypeInfo type)
    {
        AnnotatedMember[] members = type.Kind == JsonTypeInfoKind.Object ? [.. type.Properties.Select(AnnotatedMember.Of).OfType<AnnotatedMember>()] : [];
        Type? element = type.ElementType is { } elements && type.Options.GetTypeInfo(elements).Kind != JsonTypeInfoKind.None ? elements : null;
        IEnumerable<Type> contents = members.Where(static member => member.IsComplex).Select(static member => member.Type)
            .Concat(type.PolymorphismOptions?.DerivedTypes.Select(static derived => derived.DerivedType) ?? []);
        var rules = (ValidationAttribute[])type.Type.GetCustomAttributes(typeof(ValidationAttribute), inherit: true);
        return new AnnotatedType(type.Kind, rules, members, element, [.. (element is null ? contents : contents.Append(element)).Distinct()]);
    }
}
