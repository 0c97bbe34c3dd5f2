using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Chat;

/// <summary>What the chat accepts. The page gets the limits with <c>/events.js</c> and helps people to keep them; the server checks them.</summary>
public static partial class ChatRules
{
    public const int MaxNameLength = 24;
    public const int MaxRoomLength = 32;
    public const int MaxTextLength = 2000;
    public const int MaxFileNameLength = 120;
    public const long MaxFileBytes = 20 * 1024 * 1024;

    /// <summary>Well below the size of a message (1 MB) and of what may wait for one slow connection (1 MiB).</summary>
    public const int ChunkBytes = 128 * 1024;

    public const string Lobby = "lobby";

    public static bool IsName([NotNullWhen(true)] string? name) => name is { Length: > 0 and <= MaxNameLength } && NamePattern().IsMatch(name);

    public static bool IsRoom([NotNullWhen(true)] string? room) => room is { Length: > 0 and <= MaxRoomLength } && RoomPattern().IsMatch(room);

    public static bool IsText(string text) => text.Length <= MaxTextLength && !text.Any(static c => char.IsControl(c) && c is not ('\n' or '\t'));

    /// <summary>An id that a page makes up: for a message, or the secret of a tab.</summary>
    public static bool IsId([NotNullWhen(true)] string? id) => id is { Length: >= 8 and <= 64 } && IdPattern().IsMatch(id);

    public static bool IsFileName([NotNullWhen(true)] string? name) => name is { Length: > 0 and <= MaxFileNameLength } && !name.Any(static c => char.IsControl(c) || c is '/' or '\\');

    public static bool IsMediaType(string type) => MediaTypePattern().IsMatch(type);

    /// <summary>The public id of a member: everybody may know it, and nobody can find the key from it.</summary>
    public static string MemberId(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));

    [GeneratedRegex(@"^[\p{L}\p{N}]([\p{L}\p{M}\p{N} ._'-]*[\p{L}\p{M}\p{N}.])?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[\p{Ll}\p{Lo}\p{N}]([\p{Ll}\p{Lo}\p{M}\p{N}-]*[\p{Ll}\p{Lo}\p{M}\p{N}])?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex RoomPattern();

    [GeneratedRegex("^[A-Za-z0-9_-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[a-z]+/[a-z0-9.+-]{1,80}$", RegexOptions.CultureInvariant)]
    private static partial Regex MediaTypePattern();
}
