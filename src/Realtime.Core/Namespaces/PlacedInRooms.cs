using Realtime.Core.Backplane;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>A numbered event that has its place in the rooms of a namespace.</summary>
internal sealed class PlacedInRooms(Namespace owner, Publication publication, PlacedBroadcast placed) : PlacedPublication
{
    public override ValueTask SendAsync()
    {
        owner.NotifyOutgoing(publication);
        return FanOut.SendAsync(placed);
    }
}
