using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Delivery;

/// <summary>Writes down where a publication stands before anybody is sent it, so that a node that is killed has told.</summary>
/// <remarks>Thread-safe. What is numbered is written under the lock that orders it.</remarks>
internal sealed class RecordingReceiver(IBackplaneReceiver inner, DeliveryLog log, RoomStreams streams, string? mistake = null) : IBackplaneReceiver
{
    private long _interrupts;

    /// <summary>Gets how often a log was found to go on from elsewhere.</summary>
    internal long Interrupts => Interlocked.Read(ref _interrupts);

    public ValueTask OnPublicationAsync(Publication publication)
    {
        Write(publication, PublishResult.Unnumbered);
        return inner.OnPublicationAsync(publication);
    }

    public PlacedPublication Place(Publication publication, PublishResult result)
    {
        Write(publication, result);
        foreach (StreamOffset place in result.Offsets)
        {
            streams.Note(place.Room, place.Stream);
        }

        // A mistake: as a node that never looks for what it has missed, in a room where nothing comes that shows it.
        return mistake == "deaf" && publication.Kind == PublicationKind.Event && MessageId.ReadFrom(publication.Payload.Data)?.Contains("last-", StringComparison.Ordinal) == true
            ? new Nothing()
            : inner.Place(publication, result);
    }

    public void Interrupt(NamespacePath path, string room, StreamPosition head)
    {
        Interlocked.Increment(ref _interrupts);
        streams.Note(room, head.Stream);
        if (mistake != "hide-loss")
        {
            inner.Interrupt(path, room, head);
        }
    }

    public PublicationBatch BeginBatch() => inner.BeginBatch();

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

    private sealed class Nothing : PlacedPublication
    {
        public override ValueTask SendAsync() => default;
    }
}
