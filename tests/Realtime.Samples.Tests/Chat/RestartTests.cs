using System.Globalization;
using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Samples.Tests.Chat;

/// <summary>The server is killed and started again where it was. It keeps everything in memory, so it comes back without any history, receipt or member.</summary>
[Collection(ChatCollection.Name)]
public sealed partial class RestartTests(ChatFixture fixture)
{
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(150);

    [Fact]
    public async Task Each_message_appears_once_when_the_server_is_restarted_under_load()
    {
        await using SampleProcess chat = await SampleProcess.StartAsync("Chat");
        Uri address = chat.Address;
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "restart", address);
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "restart", address);
        using var enough = new CancellationTokenSource();
        Task<List<string>> writing = WriteSteadilyAsync(ada, enough.Token);
        await bob.HasOnceAsync("Message 010");
        await bob.ScreenshotAsync("10-restart-connected");

        await chat.KillAsync();
        await Expect(bob.Status).ToHaveTextAsync(Countdown());
        await Expect(ada.Status).ToHaveTextAsync(Countdown());
        await Expect(ada.Page.Locator("#messages .message[data-state=pending]").Nth(5)).ToBeVisibleAsync();
        await Expect(ada.Status).ToContainTextAsync(LongEnough());
        await ada.ScreenshotAsync("11-restart-reconnecting");

        await using SampleProcess again = await SampleProcess.StartAsync("Chat", address.Port);
        await ada.IsConnectedAsync();
        await bob.IsConnectedAsync();
        await enough.CancelAsync();
        List<string> written = await writing;
        await Expect(bob.Message(written[^1])).ToHaveCountAsync(1);
        await ada.HasStateAsync(written[^1], "delivered");
        await ada.ScreenshotAsync("12-restart-connected-again");

        IReadOnlyList<string> notSent = await ada.Page.Locator("#messages .message[data-state=failed] .text").AllInnerTextsAsync();
        Assert.Equal(written, await ada.TextsAsync());
        Assert.Equal(written.Except(notSent), await bob.TextsAsync());
    }

    [Fact]
    public async Task A_message_that_nobody_had_when_the_server_was_restarted_is_sent_to_it_again()
    {
        await using SampleProcess chat = await SampleProcess.StartAsync("Chat");
        Uri address = chat.Address;
        await using ChatPage ada = await fixture.OpenAsync("Ada", "alone", address);
        await ada.WriteAsync("Is anybody here?");
        await ada.HasStateAsync("Is anybody here?", "sent");
        await chat.KillAsync();
        await Expect(ada.Status).ToHaveTextAsync(Countdown());

        await using SampleProcess again = await SampleProcess.StartAsync("Chat", address.Port);
        await ada.IsConnectedAsync();
        await ada.WriteAsync("And now?");
        await ada.HasStateAsync("And now?", "sent");
        await using ChatPage bob = await fixture.OpenAsync("Bob", "alone", address);
        await ada.HasStateAsync("Is anybody here?", "delivered");
        Assert.Equal(["Is anybody here?", "And now?"], await bob.TextsAsync());
        Assert.Equal(["Is anybody here?", "And now?"], await ada.TextsAsync());
    }

    // At a steady pace, whatever becomes of the connection.
    private static async Task<List<string>> WriteSteadilyAsync(ChatPage page, CancellationToken enough)
    {
        List<string> written = [];
        using var pace = new PeriodicTimer(s_pace);
        while (!enough.IsCancellationRequested)
        {
            await pace.WaitForNextTickAsync(CancellationToken.None);
            string text = string.Create(CultureInfo.InvariantCulture, $"Message {written.Count + 1:000}");
            await page.WriteAsync(text);
            written.Add(text);
        }

        return written;
    }

    [GeneratedRegex(@"^\s*Reconnecting in \d+ s\s*Retry now\s*$")]
    private static partial Regex Countdown();

    // To be photographed.
    [GeneratedRegex(@"Reconnecting in [2-9] s")]
    private static partial Regex LongEnough();
}
