namespace Realtime.Sanitizing;

/// <summary>What may be left of a text that a client sent.</summary>
/// <remarks>Thread-safe.</remarks>
public abstract class SanitizationPolicy
{
    private protected SanitizationPolicy()
    {
    }

    /// <summary>Gets the policy for text that is shown as text. Its output is text, not HTML: see <see cref="PlainTextPolicy"/>.</summary>
    public static PlainTextPolicy PlainText { get; } = new();

    /// <summary>Gets the policy for simple formatted messages, with the defaults of <see cref="AllowedHtmlOptions"/>. Its output is HTML: see <see cref="AllowedHtmlPolicy"/>.</summary>
    public static AllowedHtmlPolicy AllowedHtml { get; } = new(new AllowedHtmlOptions());

    /// <summary>Sanitises a text.</summary>
    /// <param name="text">The text as it came.</param>
    /// <returns>What is left of it; the same instance where nothing had to go.</returns>
    /// <exception cref="FormatException">The text is beyond a limit of the policy.</exception>
    public abstract string Sanitize(string text);
}
