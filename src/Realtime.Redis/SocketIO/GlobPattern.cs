using System.Text;

namespace Realtime.Redis.SocketIO;

/// <summary>Patterns of Redis.</summary>
internal static class GlobPattern
{
    /// <summary>Escapes what a pattern would not take literally. Node does not: there a namespace with such characters gets nothing, or what is for others.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (character is '*' or '?' or '[' or ']' or '\\' or '^')
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }
}
