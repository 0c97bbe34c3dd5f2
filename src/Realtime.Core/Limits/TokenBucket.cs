using System.Threading.RateLimiting;

namespace Realtime.Core.Limits;

/// <summary>A token bucket that refills evenly, on any clock.</summary>
/// <remarks>
/// Thread-safe without a lock: its whole state is the moment at which it will be full again. Allocates nothing for what it lets through. See docs/decisions.
/// </remarks>
internal sealed class TokenBucket : RateLimiter
{
    private readonly TimeProvider _time;
    private readonly long _perPermit;
    private readonly long _capacity;
    private long _fullAt;

    internal TokenBucket(TimeProvider timeProvider, int permits, TimeSpan period, int burst)
    {
        _time = timeProvider;
        _perPermit = Math.Max(1, (long)(period.TotalSeconds * timeProvider.TimestampFrequency / permits));
        _capacity = checked(_perPermit * burst);
        _fullAt = timeProvider.GetTimestamp();
    }

    /// <inheritdoc />
    public override TimeSpan? IdleDuration
    {
        get
        {
            long now = _time.GetTimestamp();
            long fullAt = Volatile.Read(ref _fullAt);
            return fullAt <= now ? _time.GetElapsedTime(fullAt, now) : null;
        }
    }

    /// <summary>Gets what is available. What was let through and refused is counted by the meter of the server, not here.</summary>
    public override RateLimiterStatistics GetStatistics() =>
        new() { CurrentAvailablePermits = (_capacity - Math.Max(0, Volatile.Read(ref _fullAt) - _time.GetTimestamp())) / _perPermit };

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        long cost = checked(permitCount * _perPermit);
        long now = _time.GetTimestamp();
        while (true)
        {
            long fullAt = Volatile.Read(ref _fullAt);
            long next = Math.Max(fullAt, now) + cost;
            if (next - now > _capacity)
            {
                return new TokenBucketLease(_time.GetElapsedTime(now, next - _capacity));
            }

            if (Interlocked.CompareExchange(ref _fullAt, next, fullAt) == fullAt)
            {
                return TokenBucketLease.Granted;
            }
        }
    }

    // Nobody waits in line here: a message that comes too early is refused.
    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));
}
