using System.Threading.RateLimiting;

namespace Realtime.Core.Limits;

/// <summary>The allowance of one connection, user or address.</summary>
/// <remarks>Asking is thread-safe; the rest is guarded by the gate of its <see cref="RateLimitPartitions"/>.</remarks>
internal sealed class RateLimitPartition(string? key, RateLimiter limiter)
{
    private readonly ReplenishingRateLimiter? _replenishes = limiter is ReplenishingRateLimiter { IsAutoReplenishing: false } manual ? manual : null;

    /// <summary>Gets the user or address; <see langword="null"/> for one that nobody shares.</summary>
    internal string? Key => key;

    internal RateLimiter Limiter => limiter;

    /// <summary>Gets or sets how many connections hold it.</summary>
    internal int Holders { get; set; }

    /// <summary>Gets or sets a value indicating whether it stands in the line of those that nobody held when they came there.</summary>
    internal bool IsInLine { get; set; }

    /// <summary>Takes one permit.</summary>
    /// <param name="retryAfter">When it may be tried again, where the limiter says so.</param>
    internal bool TryAcquire(out TimeSpan? retryAfter)
    {
        _replenishes?.TryReplenish();
        using RateLimitLease lease = limiter.AttemptAcquire();
        retryAfter = null;
        if (lease.IsAcquired)
        {
            return true;
        }

        if (lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after))
        {
            retryAfter = after;
        }

        return false;
    }
}
