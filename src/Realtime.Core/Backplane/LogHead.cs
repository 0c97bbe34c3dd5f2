using Realtime.Core.Sequencing;

namespace Realtime.Core.Backplane;

/// <summary>Where the log of a room stands.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Position">Its stream, and the last number in it.</param>
/// <param name="Order">The last place among everything that is numbered in the namespace, see <see cref="PublishResult.Order"/>.</param>
public sealed record LogHead(StreamPosition Position, long Order)
{
    /// <summary>Gets the streams that went on as this one: <see cref="IBackplane.ReadAsync"/> leads from each of them to it.</summary>
    public IReadOnlyList<string> Continues { get; init; } = [];
}
