using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;

namespace Realtime.Core.Limits;

/// <summary>Limits how often clients of one address open a connection.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class HandshakeLimiter(RateLimitPartitions partitions) : IConnectionAdmission
{
    public ConnectionRefusal? Check(string addressKey) => partitions.TryAcquire(addressKey, out TimeSpan? retryAfter)
        ? null
        : new ConnectionRefusal(ErrorCode.RateLimited, "Too many connection attempts from this address") { RetryAfter = retryAfter };
}
