using Chat;
using ChatConsole.Input;
using ChatConsole.Model;
using Realtime.Client.States;
using Spectre.Console;

namespace ChatConsole.View;

/// <summary>The whole picture: the state above, the room in the middle, the line that is being typed below.</summary>
public sealed class ChatView(Room room, ConnectionStatus status, LineEditor input, Func<int> waiting)
{
    private const string Prompt = " ❯ ";
    private const int PeopleWidth = 24;
    private const int WideEnoughForPeople = 72;

    private int _linesBelow; // how far somebody has gone back

    /// <summary>Goes half a screen back or forward, as far as there is something.</summary>
    public void Scroll(bool back)
    {
        int step = Math.Max(1, Screen.Size.Height / 2);
        _linesBelow = Math.Clamp(_linesBelow + (back ? step : -step), 0, room.Entries.Count);
    }

    public void Draw(Screen screen)
    {
        Size size = Screen.Size;
        (string visible, int column) = input.Fit(size.Width - Prompt.Length);
        var root = new Layout().SplitRows(
            new Layout(Header()) { Size = 2 },
            Middle(size),
            new Layout(Footer(visible)) { Size = 3 });
        screen.Draw(root, size, Prompt.Length + column, size.Height - 2);
    }

    private static Rule Line() => new() { Style = new Style(Color.Grey37), Border = BoxBorder.Square };

    private Rows Header()
    {
        Grid bar = new Grid { Expand = true }
            .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(1, 0) })
            .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(1, 0), Alignment = Justify.Right });
        bar.AddRow(new Text($"# {room.Name}", new Style(decoration: Decoration.Bold)), StatusView.Draw(status));
        return new Rows(bar, Line());
    }

    private Layout Middle(Size size)
    {
        int height = size.Height - 5;
        var thread = new Layout(ThreadView.Draw(room, status, height, _linesBelow)) { Ratio = 1 };
        return size.Width < WideEnoughForPeople
            ? new Layout().SplitColumns(thread)
            : new Layout().SplitColumns(thread, new Layout(People(height)) { Size = PeopleWidth });
    }

    private Rows People(int height)
    {
        var line = new Style(Color.Grey37);
        var title = new Style(Color.Grey62);
        List<Paragraph> rows = [new Paragraph().Append("│ ", line).Append($"PEOPLE · {room.Members.Count}", title)];
        foreach (Member member in room.Members.OrderByDescending(other => other.Id == room.Me.Id).ThenBy(static other => other.Name, StringComparer.CurrentCulture).Take(height - 1))
        {
            rows.Add(new Paragraph()
                .Append("│ ", line)
                .Append("● ", room.IsJoined ? new Style(ThreadView.ColourOf(member)) : title) // grey: who was here before the connection went
                .Append(member.Name, room.IsJoined ? Style.Plain : title)
                .Append(member.Id == room.Me.Id ? " you" : "", title));
        }

        rows.AddRange(Enumerable.Range(0, Math.Max(0, height - rows.Count)).Select(_ => new Paragraph("│", line)));
        return new Rows(rows);
    }

    private Rows Footer(string visible) => new(
        Line(),
        new Paragraph().Append(Prompt, new Style(status.State == ClientState.Connected ? Color.Green : Color.Yellow)).Append(visible),
        new Text($"   {Advice()}", new Style(Color.Grey62)) { Overflow = Overflow.Ellipsis });

    private string Advice()
    {
        string lines = waiting() switch
        {
            0 => "",
            1 => "1 line waits for the connection · ",
            int count => $"{count} lines wait for the connection · ",
        };
        return status.State switch
        {
            _ when _linesBelow > 0 => "You are reading what was said before · PageDown goes on",
            ClientState.Connected => "Enter sends · PageUp goes back · /retry · /quit",
            ClientState.Disconnected => $"{lines}/connect tries again · /quit",
            _ => $"{lines}/connect tries now · /quit",
        };
    }
}
