using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Samples.Tests.Chat;

[Collection(ChatCollection.Name)]
public sealed class ReconnectTests(ChatFixture fixture)
{
    [Fact]
    public async Task Ten_seconds_offline_lose_nothing_and_double_nothing()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "offline");
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "offline");
        await ada.WriteAsync("Before");
        await bob.HasOnceAsync("Before");
        await bob.Page.EvaluateAsync("""
            () => {
              window.phases = [];
              window.offlineSince = performance.now();
              new MutationObserver(() => window.phases.push(document.querySelector("#status").dataset.phase))
                .observe(document.querySelector("#status"), { attributes: true, attributeFilter: ["data-phase"] });
            }
            """);

        ICDPSession network = await bob.Page.Context.NewCDPSessionAsync(bob.Page);
        await network.SendAsync("Network.enable");
        await SetOfflineAsync(network, offline: true);
        await Expect(bob.Status).ToContainTextAsync("reconnecting in");
        await bob.WriteAsync("Written offline 1");
        await bob.WriteAsync("Written offline 2");
        await bob.HasStateAsync("Written offline 2", "pending");
        await ada.WriteAsync("Meanwhile");
        await bob.Page.EvaluateAsync("() => new Promise(resolve => { const look = () => performance.now() - offlineSince > 10_000 ? resolve() : requestAnimationFrame(look); look(); })");
        await bob.ScreenshotAsync("07-offline-desktop-light");
        Assert.DoesNotContain("connected", await bob.Page.EvaluateAsync<string[]>("window.phases"));
        await Expect(ada.Message("Written offline")).ToHaveCountAsync(0);

        await SetOfflineAsync(network, offline: false);
        await bob.IsConnectedAsync();
        await bob.HasStateAsync("Written offline 2", "delivered");
        await SameOnBothAsync(ada, bob, ["Before", "Meanwhile", "Written offline 1", "Written offline 2"]);
    }

    [Fact]
    public async Task A_cut_cable_is_counted_down_and_survived()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "cable");
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "cable", cable.Address);
        await Expect(bob.Status).ToHaveAttributeAsync("data-transport", "websocket");

        cable.Cut();
        await Expect(bob.Status).ToHaveTextAsync(new Regex(@"^\s*Reconnecting in \d+ s\s*Retry now\s*$"));
        await Expect(ada.People).ToHaveTextAsync(["Ada Lovelace"]);
        await bob.WriteAsync("Typed without a cable");
        await bob.HasStateAsync("Typed without a cable", "pending");
        await ada.WriteAsync("Said without Bob");
        await ada.HasStateAsync("Said without Bob", "sent");
        await bob.ScreenshotAsync("08-reconnecting-desktop-light");

        cable.Repair();
        await bob.IsConnectedAsync();
        await bob.HasStateAsync("Typed without a cable", "delivered");
        await ada.HasStateAsync("Said without Bob", "delivered");
        await Expect(ada.People).ToHaveTextAsync(["Ada Lovelace", "Bob Marsh"]);
        await SameOnBothAsync(ada, bob, ["Said without Bob", "Typed without a cable"]);
    }

    [Fact]
    public async Task A_message_whose_receipt_was_lost_is_sent_again_and_kept_once()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage ada = await fixture.OpenAsync("Ada", "receipts");
        await using ChatPage bob = await fixture.OpenAsync("Bob", "receipts", cable.Address);
        await Expect(bob.Status).ToHaveAttributeAsync("data-transport", "websocket");

        cable.DropReplies();
        await bob.WriteAsync("Did you get this?");
        await ada.HasOnceAsync("Did you get this?");
        await bob.HasStateAsync("Did you get this?", "pending");
        cable.Cut();
        cable.Repair();

        await bob.IsConnectedAsync();
        await bob.HasStateAsync("Did you get this?", "delivered");
        await SameOnBothAsync(ada, bob, ["Did you get this?"]);
    }

    [Fact]
    public async Task A_message_without_an_answer_is_shown_as_not_sent_and_can_be_sent_again()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "retry");
        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "retry", cable.Address);
        await Expect(bob.Status).ToHaveAttributeAsync("data-transport", "websocket");

        cable.DropEverything();
        await bob.WriteAsync("Into the void");
        await bob.HasStateAsync("Into the void", "failed");
        await bob.ScreenshotAsync("09-not-sent-desktop-light");
        cable.Cut();
        cable.Repair();
        await bob.IsConnectedAsync();
        await Expect(ada.People).ToHaveTextAsync(["Ada Lovelace", "Bob Marsh"]);

        await bob.Message("Into the void").GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await bob.HasStateAsync("Into the void", "delivered");
        await SameOnBothAsync(ada, bob, ["Into the void"]);
    }

    [Fact]
    public async Task What_waits_to_be_sent_survives_a_reload()
    {
        await using var cable = new CuttableProxy(fixture.Address);
        await using ChatPage ada = await fixture.OpenAsync("Ada", "reload");
        await using ChatPage bob = await fixture.OpenAsync("Bob", "reload", cable.Address);
        cable.Cut();
        await bob.WriteAsync("Before the reload");
        await bob.HasStateAsync("Before the reload", "pending");
        cable.Repair();
        await bob.Page.ReloadAsync();
        await bob.HasStateAsync("Before the reload", "delivered");
        await SameOnBothAsync(ada, bob, ["Before the reload"]);
    }

    private static async Task SetOfflineAsync(ICDPSession network, bool offline) => await network.SendAsync("Network.emulateNetworkConditions", new()
    {
        ["offline"] = offline,
        ["latency"] = 0,
        ["downloadThroughput"] = -1,
        ["uploadThroughput"] = -1,
    });

    // Whatever was sent twice is there before what is said last.
    private static async Task SameOnBothAsync(ChatPage ada, ChatPage bob, string[] expected)
    {
        await bob.WriteAsync("Last from Bob");
        await ada.HasOnceAsync("Last from Bob");
        await ada.WriteAsync("Last from Ada");
        await bob.HasOnceAsync("Last from Ada");
        string[] all = [.. expected, "Last from Bob", "Last from Ada"];
        Assert.Equal(all, await ada.TextsAsync());
        Assert.Equal(all, await bob.TextsAsync());
    }
}
