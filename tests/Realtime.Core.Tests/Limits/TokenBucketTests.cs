using System.Threading.RateLimiting;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Limits;

namespace Realtime.Core.Tests.Limits;

public sealed class TokenBucketTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_lets_a_burst_through_and_then_the_rate()
    {
        TokenBucket bucket = Create(permits: 10, burst: 3);

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => TryTake(bucket)));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(TryTake(bucket));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(TryTake(bucket));
        Assert.False(TryTake(bucket));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => TryTake(bucket)));
    }

    [Fact]
    public void A_refusal_says_when_the_next_one_is_let_through()
    {
        TokenBucket bucket = Create(permits: 10, burst: 1);
        Assert.True(TryTake(bucket));
        _time.Advance(TimeSpan.FromMilliseconds(30));
        using RateLimitLease refused = bucket.AttemptAcquire();

        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after));
        Assert.Equal(TimeSpan.FromMilliseconds(70), after);
        _time.Advance(after - TimeSpan.FromTicks(1));
        Assert.False(TryTake(bucket));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(TryTake(bucket));
    }

    [Fact]
    public void It_is_idle_from_when_it_is_full_again()
    {
        TokenBucket bucket = Create(permits: 10, burst: 5);
        Assert.Equal(TimeSpan.Zero, bucket.IdleDuration);
        Assert.True(TryTake(bucket));
        Assert.Null(bucket.IdleDuration);
        Assert.Equal(4, bucket.GetStatistics()!.CurrentAvailablePermits);
        _time.Advance(TimeSpan.FromMilliseconds(150));
        Assert.Equal(TimeSpan.FromMilliseconds(50), bucket.IdleDuration);
        Assert.Equal(5, bucket.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task Many_at_once_get_no_more_than_there_is()
    {
        TokenBucket bucket = Create(permits: 1000, burst: 1000);
        int[] taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Enumerable.Range(0, 1000).Count(_ => TryTake(bucket))))).Within();

        Assert.Equal(1000, taken.Sum());
    }

    [Fact]
    public void In_no_stretch_of_time_does_it_let_more_through_than_the_burst_and_the_rate_of_that_stretch() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 20], Gen.Int[0, 300].Array[1, 200]).Sample((permits, burst, gaps) =>
        {
            var time = new FakeTimeProvider();
            var bucket = new TokenBucket(time, permits, TimeSpan.FromSeconds(1), burst);
            var taken = new List<double>();
            double now = 0;
            foreach (int gap in gaps)
            {
                time.Advance(TimeSpan.FromMilliseconds(gap));
                now += gap / 1000.0;
                if (TryTake(bucket))
                {
                    taken.Add(now);
                }
            }

            for (int first = 0; first < taken.Count; first++)
            {
                for (int last = first; last < taken.Count; last++)
                {
                    Assert.True(last - first + 1 <= burst + ((taken[last] - taken[first]) * permits) + 0.001);
                }
            }
        });

    private static bool TryTake(TokenBucket bucket)
    {
        using RateLimitLease lease = bucket.AttemptAcquire();
        return lease.IsAcquired;
    }

    private TokenBucket Create(int permits, int burst) => new(_time, permits, TimeSpan.FromSeconds(1), burst);
}
