using System.Globalization;
using System.Text.Json;

namespace Realtime.Core.Protocol.Json;

/// <summary>The object that stands in a payload for a binary value: <c>{"_placeholder":true,"num":0}</c>.</summary>
internal static class Placeholder
{
    internal const int NoNumber = -1;

    // The longest spelling of one ASCII character in a name: \u005f.
    private const int EscapeLength = 6;

    internal static ReadOnlySpan<byte> MarkName => "_placeholder"u8;

    internal static ReadOnlySpan<byte> NumberName => "num"u8;

    internal static void Write(Utf8JsonWriter writer, int number)
    {
        // Node's key order: some decoders look only at the first key.
        writer.WriteStartObject();
        writer.WriteBoolean(MarkName, true);
        writer.WriteNumber(NumberName, number);
        writer.WriteEndObject();
    }

    /// <summary>Reads a placeholder from a reader that stands on its opening brace; afterwards it stands on the closing one.</summary>
    internal static bool TryRead(ref Utf8JsonReader reader, out int number)
    {
        number = NoNumber;
        bool marked = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isMark = IsName(in reader, MarkName);
            bool isNumber = IsName(in reader, NumberName);
            reader.Read();
            if (isMark)
            {
                marked = reader.TokenType == JsonTokenType.True;
            }
            else if (isNumber)
            {
                number = NumberOf(ref reader);
            }

            reader.Skip();
        }

        return marked && number >= 0;
    }

    /// <summary>Gives the number that the reader stands on, or <see cref="NoNumber"/> when it is none that an attachment can have.</summary>
    internal static int NumberOf(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) && value >= 0 ? value : NoNumber;

    /// <summary>Compares the property name that the reader stands on. Never throws: <c>ValueTextEquals</c> does, on half of a surrogate pair.</summary>
    internal static bool IsName(in Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueIsEscaped ? IsEscapedName(reader.ValueSpan, name) : reader.ValueSpan.SequenceEqual(name);

    // The names are letters and underscores, and of the escapes only \uXXXX can spell those.
    private static bool IsEscapedName(ReadOnlySpan<byte> escaped, ReadOnlySpan<byte> name)
    {
        foreach (byte expected in name)
        {
            if (escaped.IsEmpty)
            {
                return false;
            }

            int length = escaped[0] == (byte)'\\' ? EscapeLength : 1;
            int actual = length == 1 ? escaped[0] : CodeOf(escaped);
            if (actual != expected)
            {
                return false;
            }

            escaped = escaped[length..];
        }

        return escaped.IsEmpty;
    }

    private static int CodeOf(ReadOnlySpan<byte> escape) =>
        escape.Length >= EscapeLength && escape[1] == (byte)'u'
            && int.TryParse(escape[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
            ? code
            : -1;
}
