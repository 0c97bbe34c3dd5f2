using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Samples.Tests.Chat;

[Collection(ChatCollection.Name)]
public sealed class ConversationTests(ChatFixture fixture)
{
    private static readonly TimeSpan s_repeat = TimeSpan.FromSeconds(4); // longer than the page of who types waits before it says so again

    [Fact]
    public async Task Two_people_see_each_other_come_and_go()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "presence");
        await Expect(ada.People).ToHaveTextAsync(["Ada Lovelace"]);

        ChatPage bob = await fixture.OpenAsync("Bob", "presence");
        await Expect(ada.People).ToHaveTextAsync(["Ada Lovelace", "Bob"]);
        await Expect(bob.People).ToHaveTextAsync(["Bob", "Ada Lovelace"]);
        await Expect(ada.Notices).ToHaveTextAsync(["Bob joined"]);

        await bob.DisposeAsync();
        await Expect(ada.People).ToHaveTextAsync(["Ada Lovelace"]);
        await Expect(ada.Notices).ToHaveTextAsync(["Bob joined", "Bob left"]);
    }

    [Fact]
    public async Task Messages_go_both_ways_and_get_their_ticks()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "design-review");
        await ada.WriteAsync("Is anybody here?");
        await ada.HasStateAsync("Is anybody here?", "sent"); // one tick: the server has it, nobody else
        await ada.ScreenshotAsync("01-alone-desktop-light");

        await using ChatPage bob = await fixture.OpenAsync("Bob Marsh", "design-review");
        await bob.HasOnceAsync("Is anybody here?");
        await ada.HasStateAsync("Is anybody here?", "delivered"); // Bob has loaded the history

        await bob.WriteAsync("Yes! I have just joined. Did you see the new numbers?");
        await ada.HasOnceAsync("Did you see the new numbers?");
        await bob.HasStateAsync("Did you see the new numbers?", "delivered");
        await ada.WriteAsync("Not yet, I was in the train all morning.\nCan you send them here? The report from last week would help too, the link was https://example.org/reports/42.");
        await ada.WriteAsync("No hurry.");
        await bob.HasOnceAsync("No hurry.");
        await ada.HasStateAsync("No hurry.", "delivered");
        Assert.Equal(await ada.TextsAsync(), await bob.TextsAsync());

        // Kept by the page, since it is shown for a moment only; and nobody repeats what of it is lost, so he goes on typing until she has seen it.
        await ada.Page.EvaluateAsync("""
            () => {
              const activity = document.querySelector("#activity");
              window.typing = new Promise((resolve) =>
                new MutationObserver(() => activity.textContent === "Bob Marsh is typing…" && resolve()).observe(activity, { subtree: true, childList: true, characterData: true }));
            }
            """);
        Task seen = ada.Page.EvaluateAsync("() => window.typing");
        await bob.Page.Locator("#text").PressSequentiallyAsync("One mom");
        for (int more = 0; more < 10 && await Task.WhenAny(seen, Task.Delay(s_repeat)) != seen; more++)
        {
            await bob.Page.Locator("#text").PressSequentiallyAsync(".");
        }

        await seen.WaitAsync(s_repeat);
        await ada.ScreenshotAsync("02-conversation-desktop-light");
        await Expect(ada.Activity).ToHaveTextAsync(""); // he stopped
    }

    [Fact]
    public async Task Other_rooms_show_what_is_unread()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada", "unread-here");
        await using ChatPage bob = await fixture.OpenAsync("Bob", "unread-here");
        await bob.JoinAsync("unread-there");
        await ada.WriteAsync("One");
        await ada.WriteAsync("Two");
        await Expect(bob.RoomButton("unread-here").Locator(".badge")).ToHaveTextAsync("2");
        await Expect(bob.Message("One")).ToHaveCountAsync(0);

        await bob.RoomButton("unread-here").ClickAsync();
        await bob.HasOnceAsync("Two");
        await Expect(bob.RoomButton("unread-here").Locator(".badge")).ToHaveTextAsync("");
        Assert.Equal(["One", "Two"], await bob.TextsAsync());
    }

    [Fact]
    public async Task What_people_write_is_never_read_as_HTML()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada", "markup");
        await using ChatPage bob = await fixture.OpenAsync("Bob", "markup");
        const string Markup = "<img src=x onerror=\"document.title='broken'\"><b>bold</b>";
        await ada.WriteAsync(Markup);
        await bob.HasOnceAsync("bold");
        Assert.Equal([Markup], await bob.TextsAsync());
        Assert.Equal(0, await bob.Page.Locator("#messages img, #messages b").CountAsync());
    }

    [Fact]
    public async Task A_name_that_the_server_refuses_is_asked_for_again()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada", "names");
        await ada.Page.Locator("#rename").ClickAsync();
        await ada.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("<Ada>");
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Start chatting" }).ClickAsync();
        await Expect(ada.Page.Locator("#name-error")).ToContainTextAsync("A name has 1 to 24 letters");
        await ada.SignInAsync("Ada B.");
        await Expect(ada.People).ToHaveTextAsync(["Ada B."]);
    }

    [Fact]
    public async Task It_fits_a_phone()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada Lovelace", "weekend");
        await using ChatPage bob = await fixture.OpenAsync("Bob", "weekend", look: new() { ViewportSize = new() { Width = 390, Height = 844 }, DeviceScaleFactor = 2, HasTouch = true, IsMobile = true });
        await ada.WriteAsync("Are we still on for Saturday? I can bring the tent, if you have the stove.");
        await bob.HasOnceAsync("Saturday");
        await bob.WriteAsync("Yes, and the stove is packed");
        await ada.HasOnceAsync("the stove is packed");
        await bob.HasStateAsync("the stove is packed", "delivered");
        await bob.ScreenshotAsync("03-phone-light");
        int overflow = await bob.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.Equal(0, overflow);

        await bob.Page.Locator("#open-sidebar").ClickAsync();
        await Expect(bob.RoomButton("lobby")).ToBeInViewportAsync(new() { Ratio = 1 });
        await bob.ScreenshotAsync("04-phone-rooms");
        await bob.Page.Keyboard.PressAsync("Escape");
        await bob.Page.Locator("#open-people").ClickAsync();
        await Expect(bob.People.First).ToBeInViewportAsync(new() { Ratio = 1 });
        await bob.ScreenshotAsync("05-phone-people");
        await bob.Page.Keyboard.PressAsync("Escape");

        await bob.Page.Context.SetOfflineAsync(true);
        await Expect(bob.Status).ToContainTextAsync("reconnecting in");
        await bob.WriteAsync("I am in the tunnel");
        await bob.HasStateAsync("in the tunnel", "pending");
        await bob.ScreenshotAsync("10-phone-offline");
        await bob.Page.Context.SetOfflineAsync(false);
        await ada.HasOnceAsync("in the tunnel");
    }
}
