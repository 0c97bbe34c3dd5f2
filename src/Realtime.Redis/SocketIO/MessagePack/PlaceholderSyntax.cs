using System.Text.Json;

namespace Realtime.Redis.SocketIO.MessagePack;

/// <summary>Recognises the object that stands in a payload for a binary value: <c>{"_placeholder":true,"num":0}</c>.</summary>
internal static class PlaceholderSyntax
{
    private const int MemberCount = 2;

    /// <summary>Reads the number of a placeholder. The caller's reader does not move.</summary>
    /// <param name="reader">Stands at the beginning of an object.</param>
    /// <param name="members">How many members the object has.</param>
    /// <param name="number">The number of the binary value.</param>
    /// <returns>Whether it is a placeholder.</returns>
    internal static bool TryRead(Utf8JsonReader reader, int members, out int number)
    {
        number = -1;
        bool isMarked = false;
        if (members < MemberCount)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Core writes the names without escapes; whoever escapes them does not mean a placeholder.
            bool isMark = reader.ValueSpan.SequenceEqual("_placeholder"u8);
            bool isNumber = reader.ValueSpan.SequenceEqual("num"u8);
            reader.Read();
            isMarked |= isMark && reader.TokenType == JsonTokenType.True;
            if (isNumber && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value))
            {
                number = value;
            }

            reader.Skip();
        }

        return isMarked && number >= 0;
    }
}
