using Realtime.Core.Backplane;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>A numbered publication that has its place in the rooms of a namespace.</summary>
internal sealed class PlacedInRooms(Namespace owner, Publication publication, PlacedBroadcast placed) : PlacedPublication
{
    public override ValueTask SendAsync()
    {
        if (publication.Kind == PublicationKind.Event)
        {
            owner.NotifyOutgoing(publication);
            return FanOut.SendAsync(placed);
        }

        ValueTask told = FanOut.SendAsync(placed);
        ValueTask applied = owner.ApplyAsync(publication);
        return told.IsCompletedSuccessfully ? applied : BothAsync(told, applied);
    }

    private static async ValueTask BothAsync(ValueTask told, ValueTask applied)
    {
        await told.ConfigureAwait(false);
        await applied.ConfigureAwait(false);
    }
}
