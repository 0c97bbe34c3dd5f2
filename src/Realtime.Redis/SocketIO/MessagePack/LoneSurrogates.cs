using System.Globalization;
using System.Text;

namespace Realtime.Redis.SocketIO.MessagePack;

/// <summary>Reads JSON text that has half of a surrogate pair as an escape, which System.Text.Json refuses and JavaScript writes.</summary>
internal static class LoneSurrogates
{
    private const int CodeLength = 4;

    /// <summary>Unescapes a text. Halves of pairs stay what they are: whoever encodes the text makes U+FFFD of them.</summary>
    /// <param name="raw">What stands between the quotes of valid JSON.</param>
    /// <returns>The text.</returns>
    internal static string Unescape(ReadOnlySpan<byte> raw)
    {
        string escaped = Encoding.UTF8.GetString(raw);
        var text = new StringBuilder(escaped.Length);
        for (int i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }

            i++;
            if (escaped[i] == 'u')
            {
                text.Append((char)int.Parse(escaped.AsSpan(i + 1, CodeLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += CodeLength;
            }
            else
            {
                text.Append(Unescape(escaped[i]));
            }
        }

        return text.ToString();
    }

    private static char Unescape(char code) => code switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => code,
    };
}
