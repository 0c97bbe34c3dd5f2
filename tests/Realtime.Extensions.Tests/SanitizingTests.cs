using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Hosting;
using Realtime.Core.Protocol;
using Realtime.Sanitizing;

namespace Realtime.Extensions.Tests;

public sealed class SanitizingTests
{
    [Theory]
    [InlineData("1 < 2 && \"x\"")]
    [InlineData("<script>alert('&amp;')</script>")]
    [InlineData("two\nlines\tand a tab")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467 \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \u05E9\u05DC\u05D5\u05DD\u200F!")] // joiners and marks
    [InlineData("\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F Scotland")]
    [InlineData("e\u0301 and \u00E9")]
    public void Plain_text_stays_as_it_was_typed(string text) => Assert.Same(text, SanitizationPolicy.PlainText.Sanitize(text));

    [Theory]
    [InlineData("a\0b\u0007c\u001Bd\u007Fe\u009Bf", "abcdef")]
    [InlineData("a\r\nb\rc\u0085d\u2028e\u2029f", "a\nb\nc\nd\ne\nf")]
    [InlineData("report\u202Egpj.exe", "reportgpj.exe")]
    [InlineData("\u2066a\u2069\u206Ab", "ab")]
    [InlineData("a\uFEFFb\uFFFE\uFDD0c\U0001FFFFd", "abcd")]
    [InlineData("a\U000E0041\U000E0042b", "ab")]
    [InlineData("\U0001F3F4x\U000E0041", "\U0001F3F4x")]
    public void Plain_text_loses_what_cannot_be_seen(string text, string left) => Assert.Equal(left, SanitizationPolicy.PlainText.Sanitize(text));

    [Fact]
    public void Halves_of_surrogate_pairs_become_the_replacement_character() =>
        Assert.Equal("a\uFFFDb\uFFFD", SanitizationPolicy.PlainText.Sanitize("a" + '\uD83D' + "b" + '\uDE00'));

    [Fact]
    public void Plain_text_that_has_nothing_to_remove_costs_nothing()
    {
        string text = string.Concat(Enumerable.Repeat("1 < 2 && \"x\" ", 100));
        SanitizationPolicy.PlainText.Sanitize(text);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            SanitizationPolicy.PlainText.Sanitize(text);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("1 < 2 && \"x\"", "1 &lt; 2 &amp;&amp; \"x\"")]
    [InlineData("3 > 2", "3 &gt; 2")]
    [InlineData("<b>bold</b> <I>tilted</I>", "<b>bold</b> <i>tilted</i>")]
    [InlineData("<h1>title</h1><table><tr><td>cell</td></tr></table><span>s</span>", "titlecells")]
    [InlineData("a<script>b</script><style>c</style><svg><text>d</text></svg><math><mi>e</mi></math><textarea>f</textarea>g", "ag")]
    [InlineData("<b onclick=x class=y style=color:red id=z>b</b>", "<b>b</b>")]
    [InlineData("<a href=\"https://example.org/?a=1&amp;b=2\">l</a>", "<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow ugc\">l</a>")]
    [InlineData("<a href=\"javascript:x\">l</a>", "<a rel=\"noopener noreferrer nofollow ugc\">l</a>")]
    [InlineData("<a href=\"/logout\">l</a>", "<a rel=\"noopener noreferrer nofollow ugc\">l</a>")]
    [InlineData("<b href=\"https://example.org\">l</b>", "<b>l</b>")]
    [InlineData("a&#x202E;b&#0;c", "ab\uFFFDc")]
    public void Html_keeps_what_is_allowed(string html, string left) =>
        Assert.Equal(left, SanitizationPolicy.AllowedHtml.Sanitize(html));

    [Theory]
    [InlineData("<b><p>a</b>b</p><a href=https://x.example/>c<a href=https://y.example/>d")]
    [InlineData("<ul><li>1<li>2</ul><pre>\n\n x</pre>")]
    [InlineData("&lt;img src=x onerror=y&gt;")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=y>\"></noscript>z")]
    public void Html_that_was_sanitised_stays_the_same_when_it_is_again(string html)
    {
        string once = SanitizationPolicy.AllowedHtml.Sanitize(html);
        Assert.Equal(once, SanitizationPolicy.AllowedHtml.Sanitize(once));
        Assert.DoesNotContain("<img", once, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_beyond_its_limits_is_refused_before_it_is_parsed()
    {
        Assert.Throws<FormatException>(() => SanitizationPolicy.AllowedHtml.Sanitize(new string('a', 10_001)));
        Assert.Throws<FormatException>(() => SanitizationPolicy.AllowedHtml.Sanitize(string.Concat(Enumerable.Repeat("<b>", 251))));
        Assert.NotEmpty(SanitizationPolicy.AllowedHtml.Sanitize(string.Concat(Enumerable.Repeat("<blockquote>", 250)) + "deep"));
    }

    [Fact]
    public void An_option_that_cannot_be_kept_safe_is_refused_by_its_name()
    {
        Assert.Contains("'script'", Refused(options => options.Tags.Add("script")), StringComparison.Ordinal);
        Assert.Contains("'svg'", Refused(options => options.Tags.Add("svg")), StringComparison.Ordinal);
        Assert.Contains("'javascript'", Refused(options => options.Schemes.Add("javascript")), StringComparison.Ordinal);
        Assert.Contains("MaxLength", Refused(options => options.MaxLength = 0), StringComparison.Ordinal);
        Assert.Contains("MaxTags", Refused(options => options.MaxTags = 100_000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_texts_of_an_event_are_sanitised_before_its_rules_see_them()
    {
        await using TestApp app = await TestApp.StartAsync(space => space
            .On(new RealtimeEvent<Post, string>("post"), (_, post) => new ValueTask<string>($"{post.Title}|{post.Body}|{post.Tags[0]}|{post.Named.Single()}"))
            .Sanitize(SanitizationPolicy.PlainText)
            .Validate(post => post.Title.Length > 0, "No title."));

        Assert.Equal("[\"ti|b<b>|ta|[k, v]\"]", await app.AskAsync("post", "{\"title\":\"t\\u202ei\",\"body\":\"b\\u0000<b>\",\"tags\":[\"t\\u0007a\"],\"named\":{\"\\u202ek\":\"v\\u0000\"}}"));
        Assert.Contains("No title.", await app.AskAsync("post", "{\"title\":\"\\u0000\",\"body\":\"\",\"tags\":[],\"named\":{}}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_can_have_policies_of_their_own()
    {
        await using TestApp app = await TestApp.StartAsync(space => space
            .On(new RealtimeEvent<Post, string>("post"), (_, post) => new ValueTask<string>($"{post.Title}|{post.Body}|{post.Tags[0]}"))
            .Sanitize(SanitizationPolicy.PlainText, nameof(Post.Title))
            .Sanitize(SanitizationPolicy.AllowedHtml, nameof(Post.Body))
            .On(new RealtimeEvent<Post, string>("raw"), (_, post) => new ValueTask<string>(post.Title)));

        const string payload = "{\"title\":\"<i>\\u0000\",\"body\":\"<b onclick=x>b</b>\",\"tags\":[\"\\u0007\"],\"named\":{}}";
        Assert.Equal("[\"<i>|<b>b</b>|\\u0007\"]", await app.AskAsync("post", payload));
        Assert.Equal("[\"<i>\\u0000\"]", await app.AskAsync("raw", payload)); // the same type elsewhere is not touched
    }

    [Fact]
    public async Task Text_beyond_a_limit_refuses_the_event_and_names_the_member()
    {
        await using TestApp app = await TestApp.StartAsync(space => space
            .On(new RealtimeEvent<Post, string>("post"), (_, post) => new ValueTask<string>(post.Title)).Sanitize(SanitizationPolicy.AllowedHtml, nameof(Post.Body)));

        string answer = await app.AskAsync("post", $"{{\"title\":\"\",\"body\":\"{string.Concat(Enumerable.Repeat("<b>", 300))}\",\"tags\":[],\"named\":{{}}}}");
        Assert.Contains("\"code\":\"invalid_payload\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"member\":\"$.body\"", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Missing")]
    [InlineData(nameof(Post.Tags))]
    public async Task A_member_that_cannot_be_sanitised_is_refused_when_the_server_is_built(string member)
    {
        var services = new ServiceCollection();
        services.AddRealtime().AddNamespace("/", space => space.On(new RealtimeEvent<Post>("post"), (_, _) => default).Sanitize(SanitizationPolicy.PlainText, member));
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Contains($"'{member}'", Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IRealtimeServer>()).Message, StringComparison.Ordinal);
    }

    private static string Refused(Action<AllowedHtmlOptions> configure)
    {
        var options = new AllowedHtmlOptions();
        configure(options);
        return Assert.Throws<ArgumentException>(() => new AllowedHtmlPolicy(options)).Message;
    }

    public sealed record Post(string Title, string Body, List<string> Tags, Dictionary<string, string> Named);
}
