using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;
using Realtime.Core.Limits;
using Realtime.Core.Timing;

namespace Realtime.Benchmarks;

/// <summary>What does a rate limit cost a message that it lets through? Everything that the gate of a limited event does is in it.</summary>
[MemoryDiagnoser]
public class RateLimiting
{
    private const int Unreachable = 100_000_000;
    private readonly TimingWheel _wheel = new(TimeProvider.System, TimeSpan.FromMilliseconds(50));
    private ConnectionRateLimits _ours = null!;
    private ConnectionRateLimits _theirs = null!;
    private RateLimitPartitions _perConnection = null!;
    private RateLimitPartitions _perUser = null!;
    private RateLimitPartitions _framework = null!;

    [GlobalSetup]
    public void Create()
    {
        var environment = new RateLimitEnvironment(TimeProvider.System, _wheel, maxIdle: 10_000);
        var policy = new RateLimitPolicy("bench", Unreachable, TimeSpan.FromSeconds(1));
        _perConnection = new RateLimitPartitions(policy, environment);
        _perUser = new RateLimitPartitions(policy.PerUser(), environment);
        _framework = new RateLimitPartitions(new RateLimitPolicy("framework", CreateFrameworkLimiter), environment);
        _ours = new ConnectionRateLimits("127.0.0.1", TimeProvider.System);
        _theirs = new ConnectionRateLimits("127.0.0.1", TimeProvider.System);
    }

    [Benchmark(Baseline = true)]
    public bool PerConnection() => _ours.TryAcquire(_perConnection, null, out _);

    [Benchmark]
    public bool PerConnectionAndUser() => _ours.TryAcquire(_perConnection, null, out _) && _ours.TryAcquire(_perUser, "user", out _);

    /// <summary>The token bucket of System.Threading.RateLimiting, replenished when it is asked.</summary>
    [Benchmark]
    public bool FrameworkTokenBucket() => _theirs.TryAcquire(_framework, null, out _);

    [GlobalCleanup]
    public void Stop() => _wheel.Dispose();

    private static TokenBucketRateLimiter CreateFrameworkLimiter() => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Unreachable,
        TokensPerPeriod = Unreachable,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });
}
