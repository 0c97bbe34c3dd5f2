using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ChatConsole.View;

/// <summary>The terminal as one picture: what is drawn replaces what was there, and only lines that differ are written.</summary>
/// <remarks>Confined to the loop.</remarks>
public sealed class Screen : IDisposable
{
    private const string Begin = "\e[?1049h\e[2J"; // the other screen of the terminal: what was there before comes back in the end
    private const string End = "\e[?25h\e[?1049l";
    private string[] _shown = [];
    private Size _size;

    public Screen() => Console.Out.Write(Begin);

    /// <summary>Gets the size of the terminal; one that does not tell is a terminal of old.</summary>
    public static Size Size => Console.WindowWidth > 0 && Console.WindowHeight > 0 ? new Size(Console.WindowWidth, Console.WindowHeight) : new Size(80, 24);

    /// <summary>Draws a picture, and puts the cursor where the next key will be seen.</summary>
    public void Draw(IRenderable picture, Size size, int cursorColumn, int cursorRow)
    {
        string[] lines = Render(picture, size);
        var output = new StringBuilder();
        if ((size.Width, size.Height) != (_size.Width, _size.Height))
        {
            output.Append("\e[2J");
            (_size, _shown) = (size, []);
        }

        for (int row = 0; row < lines.Length; row++)
        {
            if (row >= _shown.Length || _shown[row] != lines[row])
            {
                output.Append("\e[").Append(row + 1).Append(";1H\e[0m").Append(lines[row]).Append("\e[K");
            }
        }

        _shown = lines;
        Console.Out.Write($"\e[?25l{output}\e[{cursorRow + 1};{cursorColumn + 1}H\e[?25h");
    }

    public void Dispose() => Console.Out.Write(End);

    private static string[] Render(IRenderable picture, Size size)
    {
        var text = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.No,
            Out = new Paper(text, size),
        });
        console.Write(picture);
        return [.. text.ToString().Split('\n').Take(size.Height).Select(static line => line.TrimEnd(' '))];
    }

    /// <summary>Where a picture is drawn before it is shown.</summary>
    private sealed class Paper(TextWriter writer, Size size) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => size.Width;

        public int Height => size.Height;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
