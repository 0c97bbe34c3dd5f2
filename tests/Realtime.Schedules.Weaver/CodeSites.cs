using dnlib.DotNet;

namespace Realtime.Schedules.Weaver;

/// <summary>What is under test, and what places in it are called.</summary>
internal static class CodeSites
{
    private const string Root = "Realtime.Core";

    // Nothing there is shared between threads other than by Interlocked and the like, which have points of their own everywhere.
    private static readonly string[] s_withoutFields = ["Authentication", "Diagnostics", "Framing", "Hosting", "Identifiers", "Limits", "Protocol", "Transports"];

    internal static bool IsUnderTest(TypeDef type) => NamespaceOf(type).StartsWith(Root, StringComparison.Ordinal);

    /// <summary>Tells whether threads can meet at a field: one that changes after construction, in an object that is shared.</summary>
    internal static bool IsShared(FieldDef? field) =>
        field is { IsInitOnly: false, IsLiteral: false }
        && !field.DeclaringType.Name.String.Contains('<', StringComparison.Ordinal) // closures and state machines
        && !IsCapturedParameter(field.Name)
        && SharesFields(field.DeclaringType)
        && !field.CustomAttributes.IsDefined("System.ThreadStaticAttribute");

    /// <summary>Tells whether the fields of a type, and what is done with them, are looked at.</summary>
    internal static bool SharesFields(TypeDef type) => IsUnderTest(type) && !s_withoutFields.Contains(AreaOf(type));

    /// <summary>Names the method that somebody wrote: lambdas, local functions and state machines belong to the method that they stand in.</summary>
    internal static string NameOf(MethodDef method)
    {
        TypeDef type = method.DeclaringType;
        string name = method.Name;
        while (type.DeclaringType is { } outer && type.Name.String.Contains('<', StringComparison.Ordinal))
        {
            name = Written(type.Name) ?? name;
            type = outer;
        }

        name = Written(name) ?? name;
        name = name.StartsWith("get_", StringComparison.Ordinal) || name.StartsWith("set_", StringComparison.Ordinal) ? name[4..] : name;
        return $"{type.Name.String.Split('`')[0]}.{name}";
    }

    internal static string NameOf(FieldDef field) => Written(field.Name) ?? field.Name;

    // <Name>d__7, <Name>b__0, <Name>k__BackingField, <Name>g__Local|3_0
    private static string? Written(string name)
    {
        int end = name.IndexOf('>', StringComparison.Ordinal);
        return name.StartsWith('<') && end > 1 ? name[1..end] : null;
    }

    private static bool IsCapturedParameter(string name) => name.StartsWith('<') && name.EndsWith(">P", StringComparison.Ordinal);

    private static string AreaOf(TypeDef type) => NamespaceOf(type).Split('.') is [_, _, string area, ..] ? area : "";

    private static string NamespaceOf(TypeDef type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace;
    }
}
