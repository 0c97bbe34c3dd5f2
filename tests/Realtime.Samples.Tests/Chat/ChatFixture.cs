using Microsoft.Playwright;

namespace Realtime.Samples.Tests.Chat;

/// <summary>The chat, running, and a browser.</summary>
public sealed class ChatFixture : IAsyncLifetime
{
    private static readonly string s_browser = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
    private SampleProcess? _chat;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal Uri Address => _chat!.Address;

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists(s_browser), $"The tests of the samples need Chromium at {s_browser}; set CHROMIUM to where it is.");
        _chat = await SampleProcess.StartAsync("Chat");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = s_browser,
            Headless = true,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async Task DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
        await (_chat?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Opens an empty page, in a browser of its own.</summary>
    internal async Task<IPage> NewPageAsync()
    {
        IBrowserContext context = await _browser!.NewContextAsync(new() { ViewportSize = new() { Width = 1000, Height = 640 } });
        context.SetDefaultTimeout(ChatPage.Deadline);
        return await context.NewPageAsync();
    }

    /// <summary>Lets somebody open the chat in a browser of their own.</summary>
    internal async Task<ChatPage> OpenAsync(string name, string room, Uri? address = null, BrowserNewContextOptions? look = null)
    {
        _chat!.ThrowIfEnded();
        look ??= new() { ViewportSize = new() { Width = 1360, Height = 820 } };
        look.Locale = "en-GB";
        look.AcceptDownloads = true;
        IBrowserContext context = await _browser!.NewContextAsync(look);
        context.SetDefaultTimeout(ChatPage.Deadline);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync((address ?? Address).ToString());
        var chat = new ChatPage(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await chat.ScreenshotAsync($"00-name-{look.ViewportSize!.Width}-{look.ColorScheme?.ToString().ToLowerInvariant() ?? "light"}");
        await chat.SignInAsync(name);
        await chat.JoinAsync(room);
        return chat;
    }
}
