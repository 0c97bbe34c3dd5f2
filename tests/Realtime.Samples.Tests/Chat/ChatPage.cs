using Microsoft.Playwright;

namespace Realtime.Samples.Tests.Chat;

/// <summary>The page of the chat, as somebody uses it.</summary>
internal sealed class ChatPage(IPage page) : IAsyncDisposable
{
    /// <summary>In milliseconds; generous, because the machine may be busy. Nothing waits for it when all is well.</summary>
    internal const float Deadline = 45_000;

    static ChatPage() => Assertions.SetDefaultExpectTimeout(Deadline);

    internal IPage Page => page;

    internal ILocator Status => page.Locator("#status");

    internal ILocator People => page.Locator("#people-list .person-name");

    internal ILocator Notices => page.Locator("#messages .notice");

    internal ILocator Activity => page.Locator("#activity");

    internal ILocator Messages => page.Locator("#messages .message");

    internal ILocator Message(string text) => Messages.Filter(new() { HasText = text });

    internal ILocator RoomButton(string room) => page.Locator(".room").Filter(new() { HasText = room });

    internal async Task SignInAsync(string name)
    {
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start chatting" }).ClickAsync();
        await IsConnectedAsync();
    }

    internal async Task JoinAsync(string room)
    {
        bool isNarrow = await page.Locator("#open-sidebar").IsVisibleAsync();
        if (isNarrow)
        {
            await page.Locator("#open-sidebar").ClickAsync();
        }

        await page.Locator("#room-name").FillAsync(room);
        await page.Locator("#room-name").PressAsync("Enter");
        await Assertions.Expect(page.Locator("#room-title")).ToHaveTextAsync(room);
    }

    internal async Task WriteAsync(string text)
    {
        await page.Locator("#text").FillAsync(text);
        await page.Locator("#text").PressAsync("Enter");
    }

    internal Task IsConnectedAsync() => Assertions.Expect(Status).ToHaveAttributeAsync("data-phase", "connected");

    internal Task HasStateAsync(string text, string state) => Assertions.Expect(Message(text)).ToHaveAttributeAsync("data-state", state);

    internal Task HasOnceAsync(string text) => Assertions.Expect(Message(text)).ToHaveCountAsync(1);

    /// <summary>Gets the messages in their order, as their texts.</summary>
    internal Task<IReadOnlyList<string>> TextsAsync() => page.Locator("#messages .message .text").AllInnerTextsAsync();

    internal Task ScreenshotAsync(string name) => page.ScreenshotAsync(new() { Path = Repository.Screenshot(name), Animations = ScreenshotAnimations.Disabled });

    public ValueTask DisposeAsync() => new(page.Context.CloseAsync());
}
