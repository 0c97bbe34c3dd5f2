using Realtime.Core.Protocol;

namespace Realtime.Core.Acks;

/// <summary>What came back for an emit to many that asked for acknowledgements.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Responses">The answers, in the order in which they came.</param>
/// <param name="ExpectedCount">How many sockets were asked.</param>
public sealed record BroadcastAcks(IReadOnlyList<EventArguments> Responses, int ExpectedCount)
{
    /// <summary>Gets a value indicating whether everybody answered in time.</summary>
    public bool IsComplete => Responses.Count >= ExpectedCount;
}
