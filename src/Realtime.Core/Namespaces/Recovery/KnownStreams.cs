using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What a client knows of streams when it comes back.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Positions">The last offset of each stream that was announced to it.</param>
/// <param name="Ended">The last offset of each stream that it was told the end of, for some time: what is in neither it has never heard of.</param>
internal sealed record KnownStreams(IReadOnlyDictionary<string, long> Positions, IReadOnlyDictionary<string, long> Ended)
{
    /// <summary>Gets what a client knows that begins anew.</summary>
    internal static KnownStreams None { get; } = new(new Dictionary<string, long>(), new Dictionary<string, long>());

    /// <summary>Finds the first of some streams that the client has a position in.</summary>
    /// <returns>That position; <see langword="null"/> when it has none in any.</returns>
    internal StreamPosition? FindAny(IReadOnlyList<string> streams)
    {
        foreach (string stream in streams)
        {
            if (Positions.TryGetValue(stream, out long offset))
            {
                return new StreamPosition(stream, offset);
            }
        }

        return null;
    }
}
