using Realtime.Core.Protocol;

namespace Realtime.Core.Acks;

/// <summary>What came back for an emit to many that asked for acknowledgements.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Responses">The answers, in the order in which they came.</param>
/// <param name="ExpectedCount">How many sockets were asked, on the nodes that told so in time.</param>
public sealed record BroadcastAcks(IReadOnlyList<EventArguments> Responses, int ExpectedCount)
{
    /// <summary>Gets a value indicating whether every node told in time how many sockets it asked. Always on a single node.</summary>
    public bool IsAudienceKnown { get; init; } = true;

    /// <summary>Gets a value indicating whether everybody answered in time.</summary>
    public bool IsComplete => IsAudienceKnown && Responses.Count >= ExpectedCount;
}
