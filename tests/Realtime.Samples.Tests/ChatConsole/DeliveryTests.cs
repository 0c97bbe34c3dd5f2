using Realtime.Samples.Tests.Chat;
using Realtime.Samples.Tests.Terminal;

namespace Realtime.Samples.Tests.ChatConsole;

[Collection(ChatCollection.Name)]
public sealed class DeliveryTests(ChatFixture fixture)
{
    [Fact]
    public async Task A_terminal_and_a_page_talk_and_see_each_other_come_and_go()
    {
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, fixture.Address, "Ada", "talk");
        await ada.TypeLineAsync("Is anybody here?");
        await ada.HasMarkAsync("Is anybody here?", "✓ sent");
        ChatPage bob = await fixture.OpenAsync("Bob Marsh", "talk");
        await ada.ShowsAsync("Bob Marsh joined");
        await ada.HasMarkAsync("Is anybody here?", "✓✓ delivered");
        await ada.ShowsAsync(@"PEOPLE · 2(.|\n)*● Ada you(.|\n)*● Bob Marsh");

        await bob.WriteAsync("Yes! [bold]And markup stays what it is[/]");
        await ada.ShowsAsync(@"Bob Marsh +Yes! \[bold\]And markup stays what");
        await bob.HasStateAsync("Yes!", "delivered");
        await bob.DisposeAsync();
        await ada.ShowsAsync("Bob Marsh left");
        await ada.ShowsAsync("PEOPLE · 1");
        Assert.Empty(await ada.QuitAsync());
    }

    [Fact]
    public async Task A_line_whose_receipt_was_lost_is_sent_again_and_kept_once()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage bob = await fixture.OpenAsync("Bob", "console-receipts");
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, cable.Address, "Ada", "console-receipts");

        cable.DropReplies();
        await ada.TypeLineAsync("Did you get this?");
        await bob.HasOnceAsync("Did you get this?");
        await ada.HasMarkAsync("Did you get this?", "… waiting");
        cable.Cut();
        cable.Repair();

        await ada.HasMarkAsync("Did you get this?", "✓✓ delivered");
        await ada.TypeLineAsync("Good.");
        await bob.HasOnceAsync("Good.");
        Assert.Equal(["Did you get this?", "Good."], await bob.TextsAsync());
    }

    [Fact]
    public async Task A_line_without_an_answer_is_shown_as_not_sent_and_can_be_sent_again()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage bob = await fixture.OpenAsync("Bob", "console-retry");
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, cable.Address, "Ada", "console-retry");

        cable.DropEverything();
        await ada.TypeLineAsync("Into the void");
        await ada.HasMarkAsync("Into the void", "✗ NOT SENT");
        await ada.ShowsAsync("The server did not answer. Type /retry");
        await ada.ScreenshotAsync("23-console-not-sent");
        cable.Cut();
        cable.Repair();
        await ada.ShowsAsync(ChatTerminal.Connected);

        await ada.TypeLineAsync("/retry");
        await ada.HasMarkAsync("Into the void", "✓✓ delivered");
        Assert.Equal(["Into the void"], await bob.TextsAsync());
        Assert.Empty(await ada.QuitAsync());
    }
}
