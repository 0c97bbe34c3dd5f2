namespace Realtime.Core.Rooms;

/// <summary>A numbered broadcast that has its place in the rooms of this node and is still to be sent.</summary>
/// <remarks>Confined to whoever placed it.</remarks>
internal sealed class PlacedBroadcast(Broadcast broadcast, IReadOnlyList<NumberedCopy> copies, FanOutTarget[] targets)
{
    internal FanOutTarget[] Targets { get; } = targets;

    /// <summary>Gives back the references that were handed over with the broadcast. Rooms that have not sent it yet hold their own.</summary>
    internal void Release()
    {
        broadcast.Release();
        foreach (NumberedCopy copy in copies)
        {
            copy.Broadcast.Release();
        }
    }
}
