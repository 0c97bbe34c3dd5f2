using System.Net;
using System.Text.RegularExpressions;
using Chat;

namespace ChatConsole.Model;

/// <summary>What a terminal can show of a message.</summary>
public static partial class PlainText
{
    public static string Of(ChatMessage message)
    {
        string text = message.Html is { } html ? WebUtility.HtmlDecode(Tag().Replace(html, "")) : message.Text;
        string file = message.File is { } shared ? $"[file: {shared.Name}, {shared.Size:N0} bytes; the chat's page can save it]" : "";
        return Printable(string.Join(' ', new[] { text, file }.Where(static part => part.Length > 0)));
    }

    /// <summary>Control characters could move the cursor, colour the screen, or worse: they are shown as dots.</summary>
    private static string Printable(string text) =>
        string.Concat(text.Replace("\t", "  ", StringComparison.Ordinal).Select(static c => char.IsControl(c) && c != '\n' ? '·' : c));

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();
}
