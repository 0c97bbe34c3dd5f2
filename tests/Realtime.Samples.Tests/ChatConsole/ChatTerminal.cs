using System.Text.RegularExpressions;
using Realtime.Samples.Tests.Chat;
using Realtime.Samples.Tests.Terminal;

namespace Realtime.Samples.Tests.ChatConsole;

/// <summary>The terminal client of the chat, as somebody uses it.</summary>
internal static class ChatTerminal
{
    internal const string Connected = @"● Connected · WebSocket\s*$";

    internal const string Reconnecting = @"● Reconnecting in \d+ s \(attempt \d+\)\s*$";

    /// <summary>Lets somebody join a room from a terminal.</summary>
    internal static async Task<TerminalProcess> JoinAsync(ChatFixture fixture, Uri address, string name, string room)
    {
        TerminalProcess terminal = await TerminalProcess.StartAsync(await fixture.NewPageAsync(), "ChatConsole", ["--url", address.ToString(), "--name", name, "--room", room]);
        await terminal.ShowsAsync(Connected);
        await terminal.ShowsAsync($"● {name} you");
        return terminal;
    }

    /// <summary>Waits until a line of one's own has a mark behind it.</summary>
    internal static Task HasMarkAsync(this TerminalProcess terminal, string line, string mark) => terminal.ShowsAsync($@"{Regex.Escape(line)} +{mark}");

    /// <summary>Leaves the chat.</summary>
    /// <returns>The lines that the terminal said were not sent.</returns>
    internal static async Task<string[]> QuitAsync(this TerminalProcess terminal)
    {
        await terminal.TypeLineAsync("/quit");
        await terminal.EndedAsync();
        Assert.Equal(0, terminal.ExitCode);
        string[] lines = (await terminal.TextAsync()).Split('\n');
        int title = Array.FindIndex(lines, static line => line.StartsWith("Not sent to #", StringComparison.Ordinal));
        return title < 0 ? [] : [.. lines[(title + 1)..].Select(static line => line.Trim()).TakeWhile(static line => line.Length > 0)];
    }
}
