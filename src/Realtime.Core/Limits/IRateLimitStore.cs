namespace Realtime.Core.Limits;

/// <summary>Keeps the allowances that users have on all servers together: of policies with <see cref="RateLimitPolicy.IsAcrossServers"/>.</summary>
/// <remarks>
/// <para>Thread-safe. Each event of such a policy asks it once, when the allowance of the own server has let it through; the next event of the socket waits for the answer.</para>
/// <para>An allowance is known by the name of the policy and the key. It refills evenly: <see cref="RateLimitPolicy.Permits"/> in a <see cref="RateLimitPolicy.Period"/>, at most
/// <see cref="RateLimitPolicy.Burst"/> at once.</para>
/// </remarks>
public interface IRateLimitStore
{
    /// <summary>Takes one permit.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="key">The user or address.</param>
    /// <param name="cancellationToken">Stops the wait; the permit may have been taken.</param>
    /// <returns>The answer. Never an error: a store that cannot be asked says so, soon.</returns>
    ValueTask<RateLimitAnswer> AcquireAsync(RateLimitPolicy policy, string key, CancellationToken cancellationToken);
}
