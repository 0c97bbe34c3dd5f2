namespace Realtime.Core.Limits;

/// <summary>Rate limits by the name of what they are for.</summary>
public static class RateLimits
{
    /// <summary>Gets the limit for what people cause by typing and clicking: 100 a second for each connection, more than any hand needs.</summary>
    public static RateLimitPolicy Chat { get; } = new("chat", 100, TimeSpan.FromSeconds(1));

    /// <summary>Gets the limit for calls that cost something, such as a query: 10 a second for each connection.</summary>
    public static RateLimitPolicy Api { get; } = new("api", 10, TimeSpan.FromSeconds(1));
}
