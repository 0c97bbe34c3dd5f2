using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Realtime.Core.Identifiers;

/// <summary>The name of a namespace, such as <c>/</c> or <c>/chat</c>, together with its bytes on the wire.</summary>
/// <remarks>Immutable.</remarks>
public sealed class NamespacePath : IEquatable<NamespacePath>
{
    private readonly byte[] _utf8;

    private NamespacePath(string value)
    {
        Value = value;
        _utf8 = Encoding.UTF8.GetBytes(value);
    }

    /// <summary>Gets the main namespace, <c>/</c>.</summary>
    public static NamespacePath Root { get; } = new("/");

    /// <summary>Gets the name with its leading slash.</summary>
    public string Value { get; }

    /// <summary>Gets the name in UTF-8, as packets carry it.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>Gets the name in UTF-8 as memory, for packets that keep it.</summary>
    public ReadOnlyMemory<byte> Utf8Memory => _utf8;

    /// <summary>Gets a value indicating whether this is the main namespace, which packets leave out.</summary>
    public bool IsRoot => _utf8.Length == 1;

    /// <summary>Makes a path of a name; a missing leading slash is added.</summary>
    /// <param name="name">The name, for example <c>chat</c> or <c>/chat</c>. An empty name is the main namespace.</param>
    /// <returns>The path.</returns>
    /// <exception cref="ArgumentException">The name contains a comma, which the protocol uses to end a namespace.</exception>
    public static NamespacePath Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Contains(',', StringComparison.Ordinal))
        {
            throw new ArgumentException($"The namespace name '{name}' contains a comma: the protocol ends a namespace at the first comma.", nameof(name));
        }

        return name is "" or "/" ? Root : new NamespacePath(name.StartsWith('/') ? name : "/" + name);
    }

    /// <summary>Makes a path of the bytes that a packet carries.</summary>
    /// <param name="utf8">The bytes, with the leading slash.</param>
    /// <param name="path">The path, when the bytes are valid UTF-8 and start with a slash.</param>
    /// <returns>Whether the bytes name a namespace.</returns>
    public static bool TryFromWire(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out NamespacePath? path)
    {
        path = null;
        if (utf8.IsEmpty || utf8[0] != (byte)'/' || !System.Text.Unicode.Utf8.IsValid(utf8))
        {
            return false;
        }

        path = utf8.Length == 1 ? Root : new NamespacePath(Encoding.UTF8.GetString(utf8));
        return true;
    }

    /// <inheritdoc />
    public bool Equals(NamespacePath? other) => other is not null && Value == other.Value;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as NamespacePath);

    /// <inheritdoc />
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Gets the name with its leading slash.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Value;
}
