namespace Realtime.Sanitizing;

/// <summary>What an <see cref="AllowedHtmlPolicy"/> lets through. Read when the policy is made.</summary>
public sealed class AllowedHtmlOptions
{
    /// <summary>Gets the elements that stay.</summary>
    /// <value>Default: <c>a b blockquote br code del em i li ol p pre s strong u ul</c>. Elements of scripts, styles, frames, forms, media, SVG and MathML cannot be added.</value>
    public ISet<string> Tags { get; } = new HashSet<string>(["a", "b", "blockquote", "br", "code", "del", "em", "i", "li", "ol", "p", "pre", "s", "strong", "u", "ul"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the schemes that links may have. Links without one, which would lead into your own site, lose their address.</summary>
    /// <value>Default: <c>https http mailto</c>. Schemes that run or carry a page (<c>javascript</c>, <c>data</c>, <c>vbscript</c>, <c>blob</c>, <c>file</c>) cannot be added.</value>
    public ISet<string> Schemes { get; } = new HashSet<string>(["https", "http", "mailto"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the longest input, in UTF-16 units. What is longer is refused, not cut.</summary>
    /// <value>Default 10,000: a long message. The time that the parser needs grows faster than the text.</value>
    public int MaxLength { get; set; } = 10_000;

    /// <summary>Gets or sets how many <c>&lt;</c> an input may have, and with that how many elements and how deep.</summary>
    /// <value>Default 250: more than messages have. Hundreds of unclosed elements cost the parser milliseconds, thousands seconds and its stack.</value>
    public int MaxTags { get; set; } = 250;
}
