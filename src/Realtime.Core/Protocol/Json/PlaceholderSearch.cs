using System.Runtime.InteropServices;
using System.Text.Json;

namespace Realtime.Core.Protocol.Json;

/// <summary>Finds the placeholders of a payload in one pass over its bytes, however deep they stand.</summary>
/// <remarks>
/// Confined to one search. An object shows whether it is a placeholder only when it ends, since its mark may be its last property, or be taken back
/// by a second one. Its place is therefore kept until then, and what was found inside a placeholder is dropped: JavaScript does not look there either.
/// </remarks>
internal ref struct PlaceholderSearch
{
    private readonly Stack<OpenObject> _open = new();
    private readonly List<PlaceholderRange> _found = [];
    private Utf8JsonReader _reader;

    private PlaceholderSearch(ReadOnlySpan<byte> json) => _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });

    /// <summary>Finds the outermost placeholders.</summary>
    /// <param name="json">A JSON value.</param>
    /// <returns>The placeholders, in the order in which they stand.</returns>
    internal static List<PlaceholderRange> In(ReadOnlySpan<byte> json)
    {
        var search = new PlaceholderSearch(json);
        while (search._reader.Read())
        {
            search.Look();
        }

        return search._found;
    }

    private void Look()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                _open.Push(new OpenObject((int)_reader.TokenStartIndex, IsMarked: false, Placeholder.NoNumber));
                break;
            case JsonTokenType.EndObject:
                Close(_open.Pop());
                break;
            case JsonTokenType.PropertyName when Placeholder.IsName(in _reader, Placeholder.MarkName):
                _open.Push(_open.Pop() with { IsMarked = NextIs(JsonTokenType.True) });
                break;
            case JsonTokenType.PropertyName when Placeholder.IsName(in _reader, Placeholder.NumberName):
                _open.Push(_open.Pop() with { Number = NextNumber() });
                break;
        }
    }

    // The value itself is only peeked at: when it is an object it has to be walked through like any other.
    private readonly bool NextIs(JsonTokenType type)
    {
        Utf8JsonReader ahead = _reader;
        return ahead.Read() && ahead.TokenType == type;
    }

    private readonly int NextNumber()
    {
        Utf8JsonReader ahead = _reader;
        return ahead.Read() ? Placeholder.NumberOf(ref ahead) : Placeholder.NoNumber;
    }

    private readonly void Close(OpenObject closed)
    {
        if (!closed.IsMarked)
        {
            return;
        }

        int inside = _found.Count;
        while (inside > 0 && _found[inside - 1].Start > closed.Start)
        {
            inside--;
        }

        _found.RemoveRange(inside, _found.Count - inside);
        _found.Add(new PlaceholderRange(closed.Start, (int)_reader.BytesConsumed, closed.Number));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct OpenObject(int Start, bool IsMarked, int Number);
}
