using Realtime.Samples.Tests.Chat;
using Realtime.Samples.Tests.Terminal;

namespace Realtime.Samples.Tests.ChatConsole;

/// <summary>The server is killed and started again where it was. It keeps everything in memory, so it comes back without any history, receipt or member.</summary>
[Collection(ChatCollection.Name)]
public sealed class RestartTests(ChatFixture fixture)
{
    [Fact]
    public async Task Each_line_appears_once_when_the_server_is_restarted_while_somebody_types()
    {
        await using SampleProcess chat = await SampleProcess.StartAsync("Chat");
        Uri address = chat.Address;
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "restart", address);
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, address, "Ada", "restart");
        await bob.WriteAsync("Hello Ada! Everything goes through this server.");
        await ada.ShowsAsync("Bob Marsh +Hello Ada!");
        await ada.TypeLineAsync("Then let us see what becomes of it.");
        await ada.HasMarkAsync("Then let us see what becomes of it.", "✓✓ delivered");

        var typist = new Typist(ada);
        await ada.ShowsAsync("Line 005 +✓");
        await ada.ScreenshotAsync("20-console-connected");
        await chat.KillAsync(); // SIGKILL, in the middle of it
        await ada.ShowsAsync(ChatTerminal.Reconnecting);
        await ada.ShowsAsync(@"Line \d\d\d +… waiting(.|\n)*Line \d\d\d +… waiting(.|\n)*Line \d\d\d +… waiting");
        await ada.ShowsAsync(@"● Reconnecting in [2-9] s \(attempt \d+\)$"); // long enough to be photographed
        await ada.ScreenshotAsync("21-console-reconnecting");

        await using SampleProcess again = await SampleProcess.StartAsync("Chat", address.Port);
        await ada.ShowsAsync(ChatTerminal.Connected);
        await ada.ShowsAsync($@"{typist.LineAfter(5)} +✓"); // and so does typing
        IReadOnlyList<string> typed = [.. await typist.StopAsync(), "The last line"];
        await bob.IsConnectedAsync();
        await ada.TypeLineAsync("The last line");
        await bob.HasOnceAsync("The last line");
        await ada.HasMarkAsync("The last line", "✓✓ delivered");
        await ada.ScreenshotAsync("22-console-connected-again");

        string[] headers = await ada.HeadersAsync();
        int lost = Array.FindIndex(headers, static header => header.Contains("Reconnecting in", StringComparison.Ordinal));
        Assert.Contains(headers[..lost], static header => header.Contains("Connected", StringComparison.Ordinal));
        Assert.Contains("Connected", headers[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(headers, static header => header.Contains("Disconnected", StringComparison.Ordinal));

        string[] notSent = await ada.QuitAsync();
        IReadOnlyList<string> seen = [.. (await bob.TextsAsync()).Where(typed.Contains)];
        Assert.Equal(seen.Distinct(), seen);
        Assert.Equal(typed.Except(notSent), seen);
    }

    [Fact]
    public async Task A_line_that_nobody_had_when_the_server_was_restarted_is_sent_to_it_again()
    {
        await using SampleProcess chat = await SampleProcess.StartAsync("Chat");
        Uri address = chat.Address;
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, address, "Ada", "alone");
        await ada.TypeLineAsync("Is anybody here?");
        await ada.HasMarkAsync("Is anybody here?", "✓ sent");
        await chat.KillAsync();
        await ada.ShowsAsync(ChatTerminal.Reconnecting);

        await using SampleProcess again = await SampleProcess.StartAsync("Chat", address.Port);
        await ada.ShowsAsync(ChatTerminal.Connected);
        await ada.ShowsAsync("The chat was restarted");
        await ada.HasMarkAsync("Is anybody here?", "✓ sent");
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "alone", address);
        await bob.HasOnceAsync("Is anybody here?");
        await ada.HasMarkAsync("Is anybody here?", "✓✓ delivered");
        Assert.Equal(["Is anybody here?"], await bob.TextsAsync());
    }

    [Fact]
    public async Task Keys_are_taken_while_the_server_is_away()
    {
        await using SampleProcess chat = await SampleProcess.StartAsync("Chat");
        Uri address = chat.Address;
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, address, "Ada", "keys");
        await ada.TypeAsync("begun befor");
        await ada.ShowsAsync("^ ❯ begun befor$");
        await chat.KillAsync();
        await ada.ShowsAsync(ChatTerminal.Reconnecting);
        await ada.TypeLineAsync("e, ended after");
        await ada.HasMarkAsync("begun before, ended after", "… waiting");
        await ada.ShowsAsync("1 line waits for the connection");

        await using SampleProcess again = await SampleProcess.StartAsync("Chat", address.Port);
        await ada.TypeLineAsync("/connect");
        await ada.HasMarkAsync("begun before, ended after", "✓ sent");
    }

    [Fact]
    public async Task A_server_that_starts_later_is_waited_for()
    {
        await using SampleProcess chat = await SampleProcess.StartAsync("Chat");
        Uri address = chat.Address;
        await chat.KillAsync();
        await using TerminalProcess ada = await TerminalProcess.StartAsync(await fixture.NewPageAsync(), "ChatConsole", ["--url", address.ToString(), "--name", "Ada"]);
        await ada.ShowsAsync(@"● Connecting in \d+ s \(attempt \d+\)$");
        await ada.TypeLineAsync("I am early");
        await ada.HasMarkAsync("I am early", "… waiting");

        await using SampleProcess again = await SampleProcess.StartAsync("Chat", address.Port);
        await ada.ShowsAsync(ChatTerminal.Connected);
        await ada.HasMarkAsync("I am early", "✓ sent");
    }

    [Fact]
    public async Task What_was_not_sent_is_said_at_the_end()
    {
        await using SampleProcess chat = await SampleProcess.StartAsync("Chat");
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, chat.Address, "Ada", "end");
        await chat.KillAsync();
        await ada.ShowsAsync(ChatTerminal.Reconnecting);
        await ada.TypeLineAsync("Nobody will read this");
        await ada.HasMarkAsync("Nobody will read this", "… waiting");
        Assert.Equal(["Nobody will read this"], await ada.QuitAsync());
    }
}
