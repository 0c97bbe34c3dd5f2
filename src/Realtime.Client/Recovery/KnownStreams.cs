using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>What a client that comes back tells the server of the streams that it knows.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Positions">Those that are announced.</param>
/// <param name="Ended">Those that it was told the end of lately.</param>
internal sealed record KnownStreams(IReadOnlyList<StreamPosition> Positions, IReadOnlyList<StreamPosition> Ended)
{
    internal static KnownStreams None { get; } = new([], []);
}
