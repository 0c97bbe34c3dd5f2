using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Realtime.Samples.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Samples.Tests.ScaleOut;

[Collection(ChatCollection.Name)] // one browser for all samples, and one test at a time
public sealed partial class NodeLossTests(ChatFixture fixture)
{
    [Fact]
    public async Task A_killed_node_loses_nothing()
    {
        SetDefaultExpectTimeout(ChatPage.Deadline);
        await using SampleProcess sample = await SampleProcess.StartAsync("ScaleOut");
        IPage ada = await OpenAsync(sample.Address);
        IPage bob = await OpenAsync(sample.Address);
        string dying = await NodeOfAsync(ada);
        Assert.NotEqual(dying, await NodeOfAsync(bob));
        await WriteAsync(ada, "Before");
        await HasAsync(bob, "Before");

        // Kept by the page: it may be over before a test looks.
        await ada.EvaluateAsync("""
            () => {
              const status = document.querySelector("#status");
              window.lost = new Promise((resolve) =>
                new MutationObserver(() => status.dataset.state === "lost" && resolve()).observe(status, { attributes: true, attributeFilter: ["data-state"] }));
            }
            """);
        await bob.GetByRole(AriaRole.Button, new() { Name = $"Kill node {dying}" }).ClickAsync();
        await ada.EvaluateAsync("() => window.lost").WaitAsync(TimeSpan.FromMilliseconds(ChatPage.Deadline));
        await WriteAsync(bob, "Said while Ada was away");
        await HasAsync(bob, "Said while Ada was away");
        await WriteAsync(ada, "Written without a node");
        await Expect(ada.Locator("#status")).ToContainTextAsync("You are on node");
        await HasAsync(bob, "Written without a node");
        await HasAsync(ada, "Said while Ada was away");
        await Expect(ada.Locator(".note")).ToContainTextAsync("Said meanwhile: ");
        Assert.NotEqual(dying, await NodeOfAsync(ada));
        await ada.ScreenshotAsync(new() { Path = Repository.Screenshot("scale-out-after-a-crash"), Animations = ScreenshotAnimations.Disabled });

        await WriteAsync(ada, "Last");
        await HasAsync(bob, "Last");
        Assert.Equal(["Before", "Said while Ada was away", "Written without a node", "Last"], await bob.Locator(".message .text").AllInnerTextsAsync());
        await Expect(ada.Locator(".message[data-state=said]")).ToHaveCountAsync(4);

        await bob.GetByRole(AriaRole.Button, new() { Name = $"Start node {dying}" }).ClickAsync();
        await Expect(bob.GetByRole(AriaRole.Button, new() { Name = $"Kill node {dying}" })).ToBeVisibleAsync();
        await ada.Context.CloseAsync();
        await bob.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync(Uri address)
    {
        IPage page = await fixture.NewPageAsync();
        await page.GotoAsync(address.ToString());
        await Expect(page.Locator("#status")).ToHaveTextAsync(WebSocketPattern());
        return page;
    }

    private static async Task<string> NodeOfAsync(IPage page) => NodePattern().Match(await page.Locator("#status").InnerTextAsync()).Groups[1].Value;

    private static async Task WriteAsync(IPage page, string text)
    {
        await page.Locator("#text").FillAsync(text);
        await page.Locator("#text").PressAsync("Enter");
    }

    private static Task HasAsync(IPage page, string text) => Expect(page.Locator(".message[data-state=said]").Filter(new() { HasText = text })).ToHaveCountAsync(1);

    [GeneratedRegex("on node ([a-z])")]
    private static partial Regex NodePattern();

    [GeneratedRegex("^You are on node [a-z], over websocket$")]
    private static partial Regex WebSocketPattern();
}
