using System.Diagnostics.CodeAnalysis;
using System.Threading.RateLimiting;

namespace Realtime.Core.Limits;

/// <summary>The answer of a <see cref="TokenBucket"/>.</summary>
/// <remarks>Immutable. Nothing has to be given back.</remarks>
internal sealed class TokenBucketLease(TimeSpan? retryAfter) : RateLimitLease
{
    internal static TokenBucketLease Granted { get; } = new(retryAfter: null);

    public override bool IsAcquired => retryAfter is null;

    public override IEnumerable<string> MetadataNames => retryAfter is null ? [] : [MetadataName.RetryAfter.Name];

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = metadataName == MetadataName.RetryAfter.Name ? retryAfter : null;
        return metadata is not null;
    }
}
