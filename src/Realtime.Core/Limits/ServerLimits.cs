using Realtime.Core.Timing;

namespace Realtime.Core.Limits;

/// <summary>The limits of one server, with what is counted for them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ServerLimits
{
    private readonly LimitOptions _options;
    private readonly RateLimitEnvironment _environment;

    internal ServerLimits(LimitOptions options, TimeProvider timeProvider, TimingWheel wheel, IRateLimitStore? store = null)
    {
        Store = store;
        _options = options;
        _environment = new RateLimitEnvironment(timeProvider, wheel, options.MaxIdlePartitions);
        Users = options.MaxConnectionsPerUser is { } max ? new UserConnections(max, options.UserLimitPolicy) : null;
        Joins = options.Joins is { } joins ? new RateLimitPartitions(joins, _environment) : null;
        Handshakes = options.Handshakes is { } handshakes ? new HandshakeLimiter(new RateLimitPartitions(handshakes, _environment)) : null;
    }

    /// <summary>Gets what keeps the allowances that hold on all servers; <see langword="null"/> where there is none.</summary>
    internal IRateLimitStore? Store { get; }

    /// <summary>Gets the connections of users; <see langword="null"/> where they are not limited.</summary>
    internal UserConnections? Users { get; }

    /// <summary>Gets the allowances of joins; <see langword="null"/> where they are not limited.</summary>
    internal RateLimitPartitions? Joins { get; }

    /// <summary>Gets the limiter of handshakes; <see langword="null"/> where they are not limited.</summary>
    internal HandshakeLimiter? Handshakes { get; }

    /// <summary>Gets the number of allowances that exist.</summary>
    internal long PartitionCount => _environment.PartitionCount;

    /// <summary>Makes the allowances of a policy for one place where it was chosen.</summary>
    internal RateLimitPartitions CreatePartitions(RateLimitPolicy policy) => new(policy, _environment);

    internal ConnectionRateLimits CreateForConnection(string address) => new(address, _environment.TimeProvider);

    /// <summary>Counts a refusal of a connection.</summary>
    /// <returns>Whether the connection is to be closed for it.</returns>
    internal bool IsAbuse(ConnectionRateLimits connection) =>
        _options.MaxRefusals is { } max && connection.CountRefusal(max, _options.RefusalWindow);
}
