namespace Realtime.Core.Limits;

/// <summary>Who shares one allowance of a rate limit.</summary>
public enum RateLimitScope
{
    /// <summary>Each connection has its own.</summary>
    Connection,

    /// <summary>All connections of a user share one. A client without a user id has one of its own.</summary>
    User,

    /// <summary>All connections from an address share one; of IPv6 the first 64 bits count, which is what one customer gets. A client without an address has one of its own.</summary>
    Address,
}
