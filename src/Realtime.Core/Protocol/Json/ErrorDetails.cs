using Realtime.Core.Diagnostics;

namespace Realtime.Core.Protocol.Json;

/// <summary>What a client is told of an error.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record ErrorDetails(ErrorCode Code, string Message)
{
    /// <summary>Gets the event that was refused, where nothing else says which.</summary>
    internal string? EventName { get; init; }

    /// <summary>Gets the member of the payload that does not fit, as a JSON path.</summary>
    internal string? Member { get; init; }

    /// <summary>Gets after what time the client may try again.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
