using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>The annotations of types, found once through what the serialiser knows of them: nothing is searched by reflection, so trimming loses none.</summary>
/// <remarks>Thread-safe. Values are checked as deep as they were read; there is no payload deeper than its packet may be.</remarks>
internal sealed class AnnotationRules(IServiceProvider services, PayloadSerializer serializer)
{
    private readonly ConcurrentDictionary<Type, AnnotatedType> _types = new();

    /// <summary>Tells whether anything in a type, or in what it can contain, is annotated.</summary>
    internal bool ExistFor(Type type) => ExistFor(type, []);

    /// <summary>Checks a value and what it contains.</summary>
    /// <returns>The first rule that it breaks.</returns>
    internal PayloadError? Check(object value, Type declared, string path)
    {
        AnnotatedType type = TypeOf(declared);
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Enumerable:
                return type.Element is { } item && value is IEnumerable items ? CheckItems(items, item, path) : null;
            case JsonTypeInfoKind.Dictionary:
                return type.Element is { } content && value is IDictionary entries ? CheckEntries(entries, content, path) : null;
            case JsonTypeInfoKind.Object:
                // What a discriminator chose; a class that only a converter knows has the rules of what it was declared as.
                type = value.GetType() != declared && serializer.Knows(value.GetType()) ? TypeOf(value.GetType()) : type;
                return CheckMembers(value, type, path) ?? CheckWhole(value, type, path);
            default:
                return null;
        }
    }

    private PayloadError? CheckMembers(object value, AnnotatedType type, string path)
    {
        ValidationContext? context = null;
        foreach (AnnotatedMember member in type.Members)
        {
            object? content = member.Get(value);
            foreach (ValidationAttribute rule in member.Rules)
            {
                context ??= new ValidationContext(value, path, services, items: null);
                context.MemberName = member.Name;
                context.DisplayName = member.JsonName;
                if (Broken(rule, content, context) is { } message)
                {
                    return new PayloadError(path + member.Segment, message);
                }
            }

            if (content is not null && member.IsComplex && Check(content, member.Type, path + member.Segment) is { } inside)
            {
                return inside;
            }
        }

        return null;
    }

    private PayloadError? CheckWhole(object value, AnnotatedType type, string path)
    {
        if (type.Rules.Length == 0 && value is not IValidatableObject)
        {
            return null;
        }

        var context = new ValidationContext(value, path, services, items: null);
        foreach (ValidationAttribute rule in type.Rules)
        {
            if (Broken(rule, value, context) is { } message)
            {
                return new PayloadError(path, message);
            }
        }

        ValidationResult? result = (value as IValidatableObject)?.Validate(context).FirstOrDefault(static result => result != ValidationResult.Success);
        return result is null
            ? null
            : new PayloadError(path + serializer.GetMemberPath(value.GetType(), result.MemberNames.FirstOrDefault() ?? "")[1..], result.ErrorMessage ?? "The value is invalid.");
    }

    private PayloadError? CheckItems(IEnumerable items, Type declared, string path)
    {
        int index = 0;
        foreach (object? item in items)
        {
            if (item is not null && Check(item, declared, $"{path}[{index}]") is { } inside)
            {
                return inside;
            }

            index++;
        }

        return null;
    }

    private PayloadError? CheckEntries(IDictionary entries, Type declared, string path)
    {
        foreach (DictionaryEntry entry in entries)
        {
            if (entry.Value is not null && Check(entry.Value, declared, path + MemberPath.Segment(entry.Key.ToString() ?? "")) is { } inside)
            {
                return inside;
            }
        }

        return null;
    }

    private static string? Broken(ValidationAttribute rule, object? value, ValidationContext context)
    {
        try
        {
            ValidationResult? result = rule.GetValidationResult(AnnotatedMember.Countable(value), context);
            return result == ValidationResult.Success ? null : result!.ErrorMessage ?? "The value is invalid.";
        }
        catch (RegexMatchTimeoutException)
        {
            return "The value could not be checked in time."; // Text made to keep a pattern busy is not what the pattern is for.
        }
    }

    private bool ExistFor(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
        {
            return false;
        }

        AnnotatedType annotated = TypeOf(type);
        return annotated.Rules.Length > 0
            || typeof(IValidatableObject).IsAssignableFrom(type)
            || annotated.Members.Any(static member => member.Rules.Length > 0)
            || annotated.Contents.Any(content => ExistFor(content, seen));
    }

    private AnnotatedType TypeOf(Type type) => _types.GetOrAdd(type, static (type, serializer) => AnnotatedType.Of(serializer.GetTypeInfo(type)), serializer);
}
