using System.Collections.Frozen;
using AngleSharp.Dom;
using Ganss.Xss;

namespace Realtime.Sanitizing;

/// <summary>
/// For messages that are shown as HTML, by <c>innerHTML</c>. Its output is HTML with nothing but a few simple elements, and links to absolute addresses.
/// Its input is HTML too: <c>&amp;lt;</c> is how somebody writes <c>&lt;</c> in front of a letter, while <c>1 &lt; 2 &amp;&amp; "x"</c> shows as it was typed.
/// </summary>
/// <remarks>
/// <para>Thread-safe.</para>
/// <para>
/// No attribute stays except <c>href</c>; links get <c>rel="noopener noreferrer nofollow ugc"</c>. Harmless elements that are not allowed, such as headings, tables
/// and <c>span</c>, go and leave their content; everything else goes with its content. Text inside is cleaned as by <see cref="PlainTextPolicy"/>. Nothing that
/// changes how the text after it is read (scripts, styles, SVG, MathML, raw text) can be allowed, so that what is read again by a browser stays what it was.
/// </para>
/// </remarks>
public sealed class AllowedHtmlPolicy : SanitizationPolicy
{
    private const string LinkRelations = "noopener noreferrer nofollow ugc";

    // What a page may ask for beyond the defaults, or what is unwrapped: no element of these loads, runs, submits, or changes how text is parsed.
    private static readonly FrozenSet<string> s_harmless = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "big", "blockquote", "br", "caption", "center", "cite", "code", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
        "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "ins", "kbd", "li", "main", "mark", "nav", "ol", "p", "pre", "q", "s", "samp", "section",
        "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr");

    private static readonly FrozenSet<string> s_unsafeSchemes = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "javascript", "vbscript", "livescript", "data", "blob", "file", "filesystem", "about");

    private readonly HtmlSanitizer _sanitizer;
    private readonly string[] _linkStarts;
    private readonly int _maxLength;
    private readonly int _maxTags;

    /// <summary>Initializes a new instance of the <see cref="AllowedHtmlPolicy"/> class.</summary>
    /// <param name="options">What is let through.</param>
    /// <exception cref="ArgumentException">An option cannot be kept safe, or cannot work; the message names it.</exception>
    public AllowedHtmlPolicy(AllowedHtmlOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (FindFault(options) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        _maxLength = options.MaxLength;
        _maxTags = options.MaxTags;
        _linkStarts = [.. options.Schemes.Select(static scheme => scheme + (scheme.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? "://" : ":"))];
        _sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(options.Tags, StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(options.Schemes, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(["href"], StringComparer.OrdinalIgnoreCase),
            UriAttributes = new HashSet<string>(["href"], StringComparer.OrdinalIgnoreCase),
            AllowedCssProperties = new HashSet<string>(),
            AllowedAtRules = new HashSet<AngleSharp.Css.Dom.CssRuleType>(),
        })
        {
            KeepChildNodes = true,
        };
        _sanitizer.RemovingTag += (_, removing) => Empty(removing.Tag);
        _sanitizer.FilterUrl += (_, filtering) => filtering.SanitizedUrl = IsLink(filtering.SanitizedUrl) ? filtering.SanitizedUrl : null;
        _sanitizer.PostProcessNode += (_, processing) => Finish(processing.Node);
    }

    /// <inheritdoc />
    public override string Sanitize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > _maxLength)
        {
            throw new FormatException($"The text has more than {_maxLength} characters.");
        }

        if (text.AsSpan().Count('<') > _maxTags)
        {
            throw new FormatException($"The text has more than {_maxTags} tags.");
        }

        return text.AsSpan().ContainsAny('<', '&') || !ReferenceEquals(PlainText.Sanitize(text), text) ? _sanitizer.Sanitize(text) : text.Replace(">", "&gt;", StringComparison.Ordinal);
    }

    private static string? FindFault(AllowedHtmlOptions options)
    {
        if (options.Tags.FirstOrDefault(static tag => !s_harmless.Contains(tag)) is { } tag)
        {
            return $"Tags must not contain '{tag}': it cannot be kept safe.";
        }

        if (options.Schemes.FirstOrDefault(static scheme => s_unsafeSchemes.Contains(scheme) || !Uri.CheckSchemeName(scheme)) is { } scheme)
        {
            return $"Schemes must not contain '{scheme}': it is none, or runs or carries a page.";
        }

        return options.MaxLength < 1 ? "MaxLength must be at least 1." : options.MaxTags is < 1 or > 1000 ? "MaxTags must be from 1 to 1000." : null;
    }

    // The sanitiser puts the children of an element in its place; those of elements that are not plain containers must not get there.
    private static void Empty(IElement element)
    {
        if (s_harmless.Contains(element.LocalName) && element.NamespaceUri == "http://www.w3.org/1999/xhtml")
        {
            return;
        }

        while (element.FirstChild is { } child)
        {
            element.RemoveChild(child);
        }
    }

    private static void Finish(INode node)
    {
        if (node is IText text)
        {
            text.Data = PlainText.Sanitize(text.Data);
        }
        else if (node is IElement { LocalName: "a" } link)
        {
            link.SetAttribute("rel", LinkRelations);
        }
        else if (node is IElement other)
        {
            other.RemoveAttribute("href"); // it is one of links only
        }
    }

    private bool IsLink(string? url) => url is not null && Array.Exists(_linkStarts, start => url.StartsWith(start, StringComparison.OrdinalIgnoreCase));
}
