using Realtime.Checker;
using Realtime.Core.Backplane;

namespace Realtime.Delivery;

/// <summary>Writes down where a publication stands before anybody is sent it, so that a node that is killed has told.</summary>
/// <remarks>Thread-safe. What is numbered is written under the lock that orders it.</remarks>
internal sealed class RecordingReceiver(IBackplaneReceiver inner, DeliveryLog log) : IBackplaneReceiver
{
    public ValueTask OnPublicationAsync(Publication publication)
    {
        Write(publication, PublishResult.Unnumbered);
        return inner.OnPublicationAsync(publication);
    }

    public PlacedPublication Place(Publication publication, PublishResult result)
    {
        Write(publication, result);
        return inner.Place(publication, result);
    }

    private void Write(Publication publication, PublishResult result)
    {
        string? id = publication.Kind == PublicationKind.Event ? MessageId.ReadFrom(publication.Payload.Data) : null;
        foreach (StreamOffset place in result.Offsets)
        {
            string room = Names.Logged(place.Room);
            log.Add(id is null ? Records.Control(room, place.Stream, place.Offset) : Records.Ack(id, room, place.Stream, place.Offset));
        }

        foreach (string room in publication.Audience.Rooms.Where(_ => id is not null).Except(result.Offsets.Select(static place => place.Room)))
        {
            log.Add(Records.Ack(id!, Names.Logged(room), null, null));
        }
    }
}
