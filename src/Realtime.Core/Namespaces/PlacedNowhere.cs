using Realtime.Core.Backplane;

namespace Realtime.Core.Namespaces;

/// <summary>A publication in a namespace that this node does not have.</summary>
internal sealed class PlacedNowhere : PlacedPublication
{
    private PlacedNowhere()
    {
    }

    internal static PlacedNowhere Instance { get; } = new();

    public override ValueTask SendAsync() => default;
}
