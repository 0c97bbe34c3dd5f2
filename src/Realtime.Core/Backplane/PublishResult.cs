namespace Realtime.Core.Backplane;

/// <summary>Where a publication was stored.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Offsets">One place for each room that keeps a log; empty when nothing was numbered.</param>
public readonly record struct PublishResult(IReadOnlyList<StreamOffset> Offsets)
{
    /// <summary>Gets the result of a publication that no room numbered.</summary>
    public static PublishResult Unnumbered { get; } = new([]);
}
