using System.Buffers;
using System.Text;

namespace Realtime.Sanitizing;

/// <summary>
/// For text that is shown as text: by <c>textContent</c>, in a text box, in a native client. What people typed stays as they typed it, <c>1 &lt; 2 &amp;&amp; "x"</c>
/// and <c>&lt;script&gt;</c> included: where text is shown as text they are only characters. Nothing is encoded, so the output must never be put into HTML as it is.
/// </summary>
/// <remarks>
/// <para>Thread-safe. Nothing is allocated for text that has nothing to remove.</para>
/// <para>
/// Removed is what cannot be seen and only misleads: control characters except tab and line feed; characters that override or isolate the direction of text
/// (a file name that reads backwards); characters that are no characters; tag characters outside of flags. Line breaks of all kinds become a line feed, halves of
/// surrogate pairs U+FFFD. What writing systems need stays: the joiners of emoji and Persian, the marks U+200E and U+200F of right-to-left text. Text is not
/// normalised: what is compared, such as names, should be normalised where it is compared.
/// </para>
/// </remarks>
public sealed class PlainTextPolicy : SanitizationPolicy
{
    private const int BlackFlag = 0x1F3F4;
    private const int FirstTag = 0xE0000;
    private const int LastTag = 0xE007F;
    private const char Replacement = '\uFFFD';

    // Whatever may have to go. A high surrogate only starts the closer look.
    private static readonly SearchValues<char> s_suspects = SearchValues.Create([.. Enumerable.Range(0, 0x10000).Select(static code => (char)code).Where(IsSuspect)]);

    internal PlainTextPolicy()
    {
    }

    /// <inheritdoc />
    public override string Sanitize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = text.AsSpan().IndexOfAny(s_suspects);
        if (first < 0)
        {
            return text;
        }

        var kept = new StringBuilder(text.Length);
        kept.Append(text, 0, first);
        int before = 0;
        for (int i = first; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out Rune rune, out int length) != OperationStatus.Done)
            {
                kept.Append(Replacement);
                before = Replacement;
            }
            else if (IsLineBreak(rune.Value))
            {
                length = rune.Value == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 2 : length;
                kept.Append('\n');
                before = '\n';
            }
            else if (!IsUnwanted(rune.Value, before))
            {
                kept.Append(text, i, length);
                before = rune.Value;
            }

            i += length;
        }

        return kept.Length == text.Length && kept.Equals(text) ? text : kept.ToString();
    }

    private static bool IsSuspect(char c) => IsLineBreak(c) || char.IsSurrogate(c) || IsUnwanted(c, before: 0);

    private static bool IsLineBreak(int code) => code is '\r' or 0x85 or 0x2028 or 0x2029;

    private static bool IsUnwanted(int code, int before) => code switch
    {
        '\n' or '\t' => false,
        < 0x20 or (>= 0x7F and <= 0x9F) => true,                                          // controls
        (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x206F) => true,                   // directions, and the deprecated ones beside them
        0xFEFF or (>= 0xFFF9 and <= 0xFFFB) or (>= 0xFDD0 and <= 0xFDEF) => true,         // byte order mark, annotations, no characters
        >= FirstTag and <= LastTag => before is not (BlackFlag or (>= FirstTag and <= LastTag)), // the flags of England, Scotland and Wales are spelt with them
        _ => (code & 0xFFFE) == 0xFFFE,                                                   // no characters, at the end of each plane
    };
}
