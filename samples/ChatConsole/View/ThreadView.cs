using System.Globalization;
using Chat;
using ChatConsole.Model;
using Realtime.Client.States;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ChatConsole.View;

/// <summary>What was said, the newest at the bottom.</summary>
public static class ThreadView
{
    private static readonly Style s_faint = new(Color.Grey62);
    private static readonly Color[] s_colours = [Color.SkyBlue1, Color.LightSalmon1, Color.MediumPurple1, Color.LightGoldenrod2, Color.PaleTurquoise1, Color.HotPink, Color.DarkSeaGreen2, Color.SandyBrown];

    public static IRenderable Draw(Room room, ConnectionStatus status, int height, int linesBelow)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false, Expand = true };
        table.AddColumn(new TableColumn("at") { Width = 5, NoWrap = true, Padding = new Padding(0, 0, 1, 0) });
        table.AddColumn(new TableColumn("author") { Width = AuthorWidth(room), NoWrap = true, Padding = new Padding(0, 0, 1, 0) });
        table.AddColumn(new TableColumn("text") { Padding = new Padding(0, 0, 1, 0) });
        table.AddColumn(new TableColumn("delivery") { Width = 12, NoWrap = true, Padding = new Padding(0, 0) });
        foreach (Entry entry in room.Entries.TakeLast(height + linesBelow)) // none takes less than a line
        {
            table.AddRow(entry.Author is { } author ? Message(entry, author, room.Me, status) : Notice(entry));
        }

        return new Tail(new Padder(table, new Padding(1, 0, 1, 0)), linesBelow);
    }

    /// <summary>Gets the colour of somebody: the same on every terminal.</summary>
    public static Color ColourOf(Member member) => s_colours[int.Parse(member.Id.AsSpan(0, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % s_colours.Length];

    private static int AuthorWidth(Room room) =>
        Math.Clamp(room.Entries.Select(static entry => entry.Author).OfType<Member>().Append(room.Me).Max(static author => new Segment(author.Name).CellCount()), 4, 16);

    private static IRenderable[] Notice(Entry entry) =>
        [Time(entry), Text.Empty, new Text(entry.Text, new Style(Color.Grey62, decoration: Decoration.Italic)), Text.Empty];

    private static IRenderable[] Message(Entry entry, Member author, Member me, ConnectionStatus status)
    {
        var text = new Paragraph(entry.Text, entry.Delivery == Delivery.Waiting ? s_faint : Style.Plain);
        if (entry.Delivery == Delivery.NotSent)
        {
            text.Append($"\n{entry.Reason} Type /retry to send it again.", new Style(Color.Red));
        }

        var name = new Text(author.Name, new Style(ColourOf(author), decoration: author.Id == me.Id ? Decoration.Bold : Decoration.None)) { Overflow = Overflow.Ellipsis };
        return [Time(entry), name, text, Mark(entry.Delivery, status.State == ClientState.Connected)];
    }

    private static Text Time(Entry entry) => new(entry.At.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture), s_faint);

    private static Text Mark(Delivery delivery, bool isConnected) => delivery switch
    {
        Delivery.Waiting => new("… waiting", new Style(isConnected ? Color.Grey62 : Color.Yellow)),
        Delivery.Sent => new("✓ sent", s_faint),
        Delivery.Delivered => new("✓✓ delivered", new Style(Color.Green)),
        Delivery.NotSent => new("✗ NOT SENT", new Style(Color.Red, decoration: Decoration.Bold)),
        _ => Text.Empty,
    };
}
