using System.Text.Json;

namespace Realtime.Core.Protocol.Json;

/// <summary>The object that stands in a payload for a binary value: <c>{"_placeholder":true,"num":0}</c>.</summary>
internal static class Placeholder
{
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
        number = -1;
        bool marked = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isMark = reader.ValueTextEquals(MarkName);
            bool isNumber = reader.ValueTextEquals(NumberName);
            reader.Read();
            if (isMark)
            {
                marked = reader.TokenType == JsonTokenType.True;
            }
            else if (isNumber && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value))
            {
                number = value;
            }
            else
            {
                reader.Skip();
            }
        }

        return marked && number >= 0;
    }
}
