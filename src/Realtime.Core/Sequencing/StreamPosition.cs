using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Realtime.Core.Sequencing;

/// <summary>A place in a stream: one incarnation of the log of a room, and a number in it.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Stream">The opaque id of the stream: 1 to <see cref="MaxStreamLength"/> URL-safe characters.</param>
/// <param name="Offset">The number: that of an event from 1; 0 is the place before the first one.</param>
public readonly record struct StreamPosition(string Stream, long Offset)
{
    /// <summary>The largest number of characters in the id of a stream: it stands behind every event, so it is kept short.</summary>
    public const int MaxStreamLength = 12;

    /// <summary>Reads the form of the wire, <c>stream:offset</c>.</summary>
    /// <param name="text">The text in UTF-8, without quotes.</param>
    /// <param name="position">The position.</param>
    /// <returns>Whether it is one. Nothing is thrown, whatever the bytes are.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out StreamPosition position)
    {
        position = default;
        int colon = text.IndexOf((byte)':');
        if (colon is < 1 or > MaxStreamLength || !IsUrlSafe(text[..colon]))
        {
            return false;
        }

        ReadOnlySpan<byte> digits = text[(colon + 1)..];
        if (digits.IsEmpty || !char.IsAsciiDigit((char)digits[0]) || (digits.Length > 1 && digits[0] == (byte)'0')
            || !Utf8Parser.TryParse(digits, out long offset, out int consumed) || consumed != digits.Length)
        {
            return false;
        }

        position = new StreamPosition(Encoding.ASCII.GetString(text[..colon]), offset);
        return true;
    }

    /// <summary>Reads the form of the wire.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">The position.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out StreamPosition position)
    {
        position = default;
        return text is { Length: <= MaxStreamLength + 20 } && TryParse(Encoding.UTF8.GetBytes(text), out position);
    }

    /// <summary>Gets the form of the wire.</summary>
    /// <returns><c>stream:offset</c>.</returns>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Stream}:{Offset}");

    private static bool IsUrlSafe(ReadOnlySpan<byte> text)
    {
        foreach (byte character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character != (byte)'-' && character != (byte)'_')
            {
                return false;
            }
        }

        return true;
    }
}
