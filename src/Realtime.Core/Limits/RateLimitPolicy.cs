using System.Threading.RateLimiting;

namespace Realtime.Core.Limits;

/// <summary>How often something may be done, and who shares the allowance. Applies where it is chosen: for an event, a namespace, the joins or the handshakes of a server.</summary>
/// <remarks>Immutable. Each place that it is chosen for has allowances of its own; nothing exists for a client before its first use.</remarks>
public sealed record RateLimitPolicy
{
    private readonly Func<RateLimiter>? _createLimiter;

    /// <summary>Initializes a new instance of the <see cref="RateLimitPolicy"/> class: a token bucket that refills evenly.</summary>
    /// <param name="name">The name, as logs and refusals show it.</param>
    /// <param name="permits">How many are let through in a <paramref name="period"/> in the long run.</param>
    /// <param name="period">The time.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is not at least one permit, or the period is not positive.</exception>
    public RateLimitPolicy(string name, int permits, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(permits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        Name = name;
        Permits = permits;
        Period = period;
        Burst = permits;
    }

    /// <summary>Initializes a new instance of the <see cref="RateLimitPolicy"/> class with limiters of your own, for example of <c>System.Threading.RateLimiting</c>.</summary>
    /// <param name="name">The name, as logs and refusals show it.</param>
    /// <param name="createLimiter">
    /// Makes a limiter for one connection, user or address; it is asked without waiting, and disposed of when it is no longer used. Limiters that do not
    /// replenish by themselves are replenished when they are asked.
    /// </param>
    public RateLimitPolicy(string name, Func<RateLimiter> createLimiter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(createLimiter);
        Name = name;
        _createLimiter = createLimiter;
    }

    /// <summary>Gets the name, as logs and refusals show it.</summary>
    public string Name { get; }

    /// <summary>Gets how many are let through in a <see cref="Period"/> in the long run; 0 with limiters of your own.</summary>
    public int Permits { get; }

    /// <summary>Gets the time that <see cref="Permits"/> are for.</summary>
    public TimeSpan Period { get; }

    /// <summary>Gets how many are let through at once by who has been quiet before.</summary>
    /// <value>Default: <see cref="Permits"/>, so that who sends a whole period's worth in one go is not refused.</value>
    public int Burst
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    }

    /// <summary>Gets who shares one allowance.</summary>
    /// <value>Default: each connection has its own.</value>
    public RateLimitScope Scope { get; init; }

    /// <summary>Gets a value indicating whether users or addresses have one allowance on all servers together, where there is a store for it (Redis). See <see cref="AcrossServers"/>.</summary>
    public bool IsAcrossServers { get; private init; }

    /// <summary>Makes the same policy with one allowance for all connections of a user.</summary>
    /// <returns>The policy.</returns>
    public RateLimitPolicy PerUser() => this with { Scope = RateLimitScope.User };

    /// <summary>Makes the same policy with one allowance for all connections from an address.</summary>
    /// <returns>The policy.</returns>
    public RateLimitPolicy PerAddress() => this with { Scope = RateLimitScope.Address };

    /// <summary>
    /// Makes the same policy with one allowance on all servers together, for each user or, with <see cref="PerAddress"/>, each address: for events. Every event costs a round trip to the store
    /// then, so it is for what is rare and dear. The name says what is one allowance: where policies of the same name are chosen in several places, these share it.
    /// </summary>
    /// <remarks>
    /// Each server has its own allowance besides, as large: it refuses a flood without asking, and decides alone while the store is away or where there is none. Who has no user id, joins and
    /// handshakes are limited by each server.
    /// </remarks>
    /// <returns>The policy; per user, if nothing was said.</returns>
    /// <exception cref="InvalidOperationException">It has limiters of your own, which only this process knows.</exception>
    public RateLimitPolicy AcrossServers() => _createLimiter is not null
        ? throw new InvalidOperationException($"The rate limit '{Name}' has limiters of its own: only permits and a period can hold on all servers.")
        : this with { IsAcrossServers = true, Scope = Scope == RateLimitScope.Connection ? RateLimitScope.User : Scope };

    internal RateLimiter CreateLimiter(TimeProvider timeProvider) => _createLimiter?.Invoke() ?? new TokenBucket(timeProvider, Permits, Period, Burst);
}
