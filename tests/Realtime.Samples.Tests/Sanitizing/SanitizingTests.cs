using System.Text.Json;
using Microsoft.Playwright;
using Realtime.Samples.Tests.Chat;
using static Microsoft.Playwright.Assertions;

namespace Realtime.Samples.Tests.Sanitizing;

/// <summary>
/// Everything that somebody may send, through the chat and into a real browser: once as text, once as HTML. The page's content security policy is switched off, so that
/// nothing but the sanitising stands between a message and the page.
/// </summary>
[Collection(ChatCollection.Name)]
public sealed class SanitizingTests(ChatFixture fixture)
{
    private const string EvilHost = "evil.invalid";
    private const int MinRunning = 35; // of the vectors, where nothing is sanitised
    private const int MinLoading = 5;
    private const string Comparison = "1 < 2 && \"x\"";

    // What both pages have: the list of scripts that ran, what must not be in a message, and somebody who touches everything.
    private const string Tools = """
        window.ran = [];
        window.pwn = number => { window.ran.push(number); };
        window.alert = window.prompt = window.confirm = () => { window.ran.push("dialog"); };
        window.unwanted = root => {
          const tags = new Set("A B BLOCKQUOTE BR CODE DEL EM I LI OL P PRE S STRONG U UL".split(" "));
          const isFine = (element, { name, value }) => element.tagName === "A"
            && (name === "rel" && value === "noopener noreferrer nofollow ugc" || name === "href" && /^(https?:\/\/|mailto:)/i.test(value));
          return [...root.querySelectorAll("*")].flatMap(element => [
            ...(tags.has(element.tagName) ? [] : [element.tagName]),
            ...[...element.attributes].filter(attribute => !isFine(element, attribute)).map(({ name, value }) => `${element.tagName} ${name}=${value}`)]);
        };
        window.touch = async root => {
          for (const element of root.querySelectorAll("*")) {
            for (const type of ["click", "mouseover", "focus", "toggle", "animationstart", "start"]) element.dispatchEvent(new Event(type, { cancelable: true }));
            const isHarmless = element.tagName === "A" && /^(https?|mailto):/.test(element.protocol) || element.tagName === "BUTTON";
            if (isHarmless) continue;
            element.click?.();
            if (element.tagName === "A" || element.tagName === "a") await new Promise(resolve => setTimeout(resolve)); // the next click would take its place
          }
        };
        window.settle = milliseconds => new Promise(resolve => {
          const end = performance.now() + milliseconds;
          const look = () => performance.now() > end ? resolve() : requestAnimationFrame(look);
          look();
        });
        """;

    private static readonly string[] s_texts =
    [
        .. Vectors.All.Select(static (vector, index) => $"No {index} " + vector.Text
            .Replace("%P", $"top.pwn({index})", StringComparison.Ordinal)
            .Replace("%N", $"{index}", StringComparison.Ordinal)
            .Replace("%E", $"https://{EvilHost}/{index}", StringComparison.Ordinal)),
        Comparison,
    ];

    [Fact]
    public async Task Nothing_that_is_sent_runs_loads_or_poses_and_text_shows_as_it_was_typed()
    {
        await using ChatPage bob = await OpenAsync("Bob", "vectors");
        List<string> asked = Watch(bob.Page);
        await using ChatPage mallory = await fixture.OpenAsync("Mallory", "vectors");
        JsonElement answers = await mallory.Page.EvaluateAsync<JsonElement>(
            """
            async texts => {
              const { io } = await import("/lib/socket.io.esm.min.js");
              const socket = io("/chat", { forceNew: true, auth: { name: "Mallory", key: "not-the-page-itself" } });
              await new Promise((resolve, reject) => socket.on("connect", resolve).on("connect_error", reject));
              await socket.emitWithAck("room:join", { room: "vectors" });
              const answers = [];
              for (const [index, text] of texts.entries()) {
                answers.push(await socket.emitWithAck("message:send-formatted", { room: "vectors", clientId: `formatted-${index}`, html: text }));
                answers.push(await socket.emitWithAck("message:send", { room: "vectors", clientId: `plaintext-${index}`, text }));
              }
              socket.disconnect();
              return answers;
            }
            """,
            s_texts);
        Assert.All(answers.EnumerateArray(), static answer => Assert.False(answer.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null, answer.ToString()));
        await Expect(bob.Messages).ToHaveCountAsync(2 * s_texts.Length);
        await bob.Page.EvaluateAsync("async () => { await touch(document.querySelector('#messages')); await settle(500); }");

        Assert.Empty(await RanAsync(bob.Page));
        Assert.Empty(asked);
        Assert.Single(bob.Page.Frames);
        Assert.Equal("vectors · Realtime Chat", await bob.Page.TitleAsync());
        Assert.Empty(await bob.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.formatted')].flatMap(message => unwanted(message))"));

        // As text: to the letter, and in no element but the links that the page itself makes of addresses.
        Assert.Equal(s_texts.Select(WithoutControls), await bob.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.text:not(.formatted)')].map(message => message.textContent)"));
        Assert.Empty(await bob.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.text:not(.formatted) *')].filter(element => element.tagName !== 'A' || !/^https?:$/.test(element.protocol)).map(element => element.outerHTML)"));

        // As HTML: what is no HTML shows as it was typed, too.
        string[] formatted = await bob.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.formatted')].map(message => message.textContent)");
        Assert.Equal(Comparison, formatted[^1]);
        Assert.All(Vectors.All.Index().Where(static vector => vector.Item.IsText), vector => Assert.Equal(s_texts[vector.Index], formatted[vector.Index]));
        Assert.All(formatted[..^1].Index(), static message => Assert.StartsWith($"No {message.Index}", message.Item, StringComparison.Ordinal));
        await bob.ScreenshotAsync("11-sanitised");
    }

    [Fact]
    public async Task Each_vector_does_harm_where_nothing_is_sanitised()
    {
        await using ChatPage page = await OpenAsync("Control", "vectors-control");
        List<string> asked = Watch(page.Page);
        var askedEnough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Page.Request += (_, _) => _ = asked.Count >= MinLoading && askedEnough.TrySetResult();
        string[][] unwanted = await page.Page.EvaluateAsync<string[][]>(
            """
            async texts => {
              const roots = texts.map(text => {
                const root = document.body.appendChild(document.createElement("div"));
                root.innerHTML = text;
                return root;
              });
              const found = roots.map(root => unwanted(root));
              for (const root of roots) await touch(root);
              return found;
            }
            """,
            s_texts);
        try
        {
            await page.Page.WaitForFunctionAsync($"new Set(ran).size >= {MinRunning}", null, new() { Timeout = ChatPage.Deadline });
            await askedEnough.Task.WaitAsync(TimeSpan.FromMilliseconds(ChatPage.Deadline));
        }
        catch (TimeoutException)
        {
            // It is said below what was missing.
        }

        HashSet<string> ran = [.. await RanAsync(page.Page)];

        Assert.True(Vectors.All.Count >= 60, $"There are {Vectors.All.Count} vectors.");
        Assert.Equal(8, Vectors.All.Select(static vector => vector.Kind).Distinct().Count());
        Assert.All(Vectors.All.Index().Where(static vector => !vector.Item.IsText), vector => Assert.True(unwanted[vector.Index].Length > 0, $"{vector.Item.Text} does nothing."));
        Assert.True(ran.Count >= MinRunning, $"Only {ran.Count} of {Vectors.All.Count} vectors ran a script: {string.Join(' ', ran.Order())}");
        Assert.True(asked.Count >= MinLoading, $"Only {asked.Count} vectors loaded something.");
    }

    [Fact]
    public async Task What_people_format_is_shown_formatted_to_everybody_its_author_included()
    {
        await using ChatPage ada = await fixture.OpenAsync("Ada", "formatting");
        await using ChatPage bob = await fixture.OpenAsync("Bob", "formatting");
        await ada.Page.Locator("#formatted").ClickAsync();
        await ada.WriteAsync("<b>Bold</b> and <a href=\"https://example.org/\">linked</a>, not <h1>huge</h1><script>gone</script>");
        await ada.HasStateAsync("Bold and linked", "delivered");
        foreach (ChatPage page in new[] { ada, bob })
        {
            await Expect(page.Page.Locator(".formatted")).ToHaveTextAsync("Bold and linked, not huge");
            Assert.Equal(
                "<b>Bold</b> and <a href=\"https://example.org/\" rel=\"noopener noreferrer nofollow ugc\">linked</a>, not huge",
                await page.Page.Locator(".formatted").EvaluateAsync<string>("element => element.innerHTML"));
        }

        await bob.Page.ReloadAsync();
        await Expect(bob.Page.Locator(".formatted b")).ToHaveTextAsync("Bold");
    }

    private async Task<ChatPage> OpenAsync(string name, string room)
    {
        ChatPage chat = await fixture.OpenAsync(name, room, look: new() { ViewportSize = new() { Width = 1360, Height = 820 }, BypassCSP = true });
        await chat.Page.RouteAsync($"**://{EvilHost}/**", static route => route.AbortAsync("aborted")); // an aborted navigation leaves the page where it is
        await chat.Page.EvaluateAsync(Tools);
        return chat;
    }

    private static List<string> Watch(IPage page)
    {
        var asked = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.Contains(EvilHost, StringComparison.Ordinal))
            {
                asked.Add(request.Url);
            }
        };
        page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Message);
            _ = dialog.DismissAsync();
        };
        return asked;
    }

    private static Task<string[]> RanAsync(IPage page) => page.EvaluateAsync<string[]>("[...new Set(ran)].map(String)");

    private static string WithoutControls(string text) => string.Concat(text.Where(static c => !char.IsControl(c) && c != '\u202E'));
}
