namespace Realtime.Core.Backplane;

/// <summary>Where a publication was stored.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Offsets">One place for each room that keeps a log, in ordinal order of the rooms; empty when nothing was numbered.</param>
public readonly record struct PublishResult(IReadOnlyList<StreamOffset> Offsets)
{
    /// <summary>Gets the result of a publication that no room numbered.</summary>
    public static PublishResult Unnumbered { get; } = new([]);

    /// <summary>Gets the place among everything that is numbered in the namespace: it tells what came before a join or a leave. 0 when nothing was numbered.</summary>
    public long Order { get; init; }

    /// <summary>Gets, for joins, where the logs of the joined rooms stood at that moment: whoever is away joins there when it comes back.</summary>
    public IReadOnlyList<StreamOffset> Joined { get; init; } = [];

    /// <summary>Gets a value indicating whether a room keeps the publication.</summary>
    public bool IsNumbered => Offsets is { Count: > 0 };
}
