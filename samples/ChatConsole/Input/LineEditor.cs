using Spectre.Console.Rendering;

namespace ChatConsole.Input;

/// <summary>The line that is being typed, and the lines that were typed before.</summary>
/// <remarks>Confined to the loop.</remarks>
public sealed class LineEditor(int maxLength)
{
    private readonly List<string> _history = [];
    private int _recalled; // what the arrow up brought back; the end of the history is the new line
    private string _draft = "";

    public string Text { get; private set; } = "";

    public int Cursor { get; private set; }

    /// <summary>Takes a key.</summary>
    /// <returns>The line, when the key ended it.</returns>
    public string? Press(ConsoleKeyInfo key)
    {
        bool isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter: return Take();
            case ConsoleKey.Backspace when isControl: Cut(WordStart(), Cursor); break;
            case ConsoleKey.Backspace: Cut(Left(), Cursor); break;
            case ConsoleKey.Delete: Cut(Cursor, Right()); break;
            case ConsoleKey.LeftArrow: Cursor = isControl ? WordStart() : Left(); break;
            case ConsoleKey.RightArrow: Cursor = Right(); break;
            case ConsoleKey.Home or ConsoleKey.A when key.Key == ConsoleKey.Home || isControl: Cursor = 0; break;
            case ConsoleKey.End or ConsoleKey.E when key.Key == ConsoleKey.End || isControl: Cursor = Text.Length; break;
            case ConsoleKey.U when isControl: Cut(0, Cursor); break;
            case ConsoleKey.W when isControl: Cut(WordStart(), Cursor); break;
            case ConsoleKey.UpArrow: Recall(_recalled - 1); break;
            case ConsoleKey.DownArrow: Recall(_recalled + 1); break;
            default: Type(key.KeyChar); break;
        }

        return null;
    }

    /// <summary>Gets what fits into a line of the screen, and the column of the cursor in it.</summary>
    public (string Visible, int Column) Fit(int width)
    {
        int start = 0;
        while (Cells(Text[start..Cursor]) >= width)
        {
            start = RightOf(start);
        }

        int end = Text.Length;
        while (Cells(Text[start..end]) >= width && end > Cursor)
        {
            end = LeftOf(end);
        }

        return (Text[start..end], Cells(Text[start..Cursor]));
    }

    private static int Cells(string text) => new Segment(text).CellCount();

    private void Type(char typed)
    {
        if (!char.IsControl(typed) && Text.Length < maxLength)
        {
            Text = Text.Insert(Cursor, typed.ToString());
            Cursor++;
        }
    }

    private string Take()
    {
        string line = Text.Trim();
        if (line.Length > 0 && (_history.Count == 0 || _history[^1] != line))
        {
            _history.Add(line);
        }

        _recalled = _history.Count;
        (Text, Cursor, _draft) = ("", 0, "");
        return line;
    }

    private void Recall(int which)
    {
        if (which < 0 || which > _history.Count)
        {
            return;
        }

        if (_recalled == _history.Count)
        {
            _draft = Text;
        }

        _recalled = which;
        Text = which == _history.Count ? _draft : _history[which];
        Cursor = Text.Length;
    }

    private void Cut(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Cursor = from;
    }

    private int Left() => LeftOf(Cursor);

    private int Right() => RightOf(Cursor);

    // What lies beyond the first plane is two characters, and one key.
    private int LeftOf(int place) => place >= 2 && char.IsSurrogatePair(Text, place - 2) ? place - 2 : Math.Max(0, place - 1);

    private int RightOf(int place) => place + 1 < Text.Length && char.IsSurrogatePair(Text, place) ? place + 2 : Math.Min(Text.Length, place + 1);

    private int WordStart()
    {
        int place = Cursor;
        while (place > 0 && Text[place - 1] == ' ')
        {
            place--;
        }

        while (place > 0 && Text[place - 1] != ' ')
        {
            place--;
        }

        return place;
    }
}
