namespace Realtime.Core.Limits;

/// <summary>What a store of rate limits says to one event.</summary>
/// <remarks>Immutable. The default is <see cref="Unknown"/>.</remarks>
public readonly record struct RateLimitAnswer
{
    private readonly bool _isKnown;

    private RateLimitAnswer(TimeSpan? retryAfter) => (_isKnown, RetryAfter) = (true, retryAfter);

    /// <summary>Gets the answer that nobody knows: the store is out of reach, and the allowance of the own server decides.</summary>
    public static RateLimitAnswer Unknown => default;

    /// <summary>Gets the answer that one permit was taken.</summary>
    public static RateLimitAnswer Granted { get; } = new(retryAfter: null);

    /// <summary>Gets a value indicating whether nothing was left, and nothing was taken.</summary>
    public bool IsRefused => _isKnown && RetryAfter is not null;

    /// <summary>Gets a value indicating whether one permit was taken.</summary>
    public bool IsGranted => _isKnown && RetryAfter is null;

    /// <summary>Gets when it may be tried again; <see langword="null"/> unless it was refused.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Makes the answer that nothing was left.</summary>
    /// <param name="retryAfter">When it may be tried again.</param>
    /// <returns>The answer.</returns>
    public static RateLimitAnswer Refused(TimeSpan retryAfter) => new(retryAfter);
}
