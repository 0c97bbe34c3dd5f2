using Realtime.Core.Timing;

namespace Realtime.Core.Limits;

/// <summary>What all rate limits of a server share.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RateLimitEnvironment(TimeProvider timeProvider, TimingWheel wheel, int maxIdle)
{
    private long _partitions;

    internal TimeProvider TimeProvider => timeProvider;

    internal TimingWheel Wheel => wheel;

    /// <summary>Gets how many allowances one policy keeps for users or addresses that are not connected.</summary>
    internal int MaxIdle => maxIdle;

    /// <summary>Gets the number of allowances that exist.</summary>
    internal long PartitionCount => Interlocked.Read(ref _partitions);

    internal void CountPartition(int change) => Interlocked.Add(ref _partitions, change);
}
