using Realtime.Core.Diagnostics;

namespace Realtime.Core.Connections;

/// <summary>Why a client may not connect.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Code">What is exhausted: <see cref="ErrorCode.ServerFull"/>, <see cref="ErrorCode.TooManyConnections"/> or <see cref="ErrorCode.RateLimited"/>.</param>
/// <param name="Message">What the client may be told.</param>
public sealed record ConnectionRefusal(ErrorCode Code, string Message)
{
    /// <summary>Gets after what time the client may try again, where that is known.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
