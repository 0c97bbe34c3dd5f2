namespace Realtime.Core.Backplane;

/// <summary>A publication that has its place in the rooms of this node and is still to be sent.</summary>
public abstract class PlacedPublication
{
    /// <summary>Sends it. To be called once, under no lock.</summary>
    /// <returns>A task that completes when every addressed socket of this node has been served.</returns>
    public abstract ValueTask SendAsync();
}
