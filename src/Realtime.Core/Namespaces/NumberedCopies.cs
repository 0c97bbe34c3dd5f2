using System.Text;
using Realtime.Core.Backplane;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces;

/// <summary>Makes what rooms handle of what the backplane has numbered: the same copies when it is published and when a log is read.</summary>
internal static class NumberedCopies
{
    /// <summary>Makes the copies of an entry that is no event.</summary>
    internal static NumberedCopy[] Create(Publication publication, PublishResult result)
    {
        var copies = new NumberedCopy[result.Offsets.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = Create(publication, result, i);
        }

        return copies;
    }

    /// <summary>Makes the copies of an event, which own their broadcasts. An event that is dropped by itself would be a hole, so no policy applies to them.</summary>
    internal static NumberedCopy[] Create(Publication publication, PublishResult result, in Packet packet)
    {
        NumberedCopy[] copies = Create(publication, result);
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = WithBroadcast(copies[i], publication, in packet);
        }

        return copies;
    }

    /// <summary>Makes the copy of an entry that was read from the log of a room.</summary>
    internal static NumberedCopy Create(string room, in LogEntry entry, in Packet packet)
    {
        int index = 0;
        while (entry.Result.Offsets[index].Room != room)
        {
            index++;
        }

        NumberedCopy copy = Create(entry.Publication, entry.Result, index);
        return entry.Publication.Kind == PublicationKind.Event ? WithBroadcast(copy, entry.Publication, in packet) : copy;
    }

    private static NumberedCopy Create(Publication publication, PublishResult result, int index)
    {
        StreamOffset place = result.Offsets[index];
        return new NumberedCopy(place.Room, new StreamPosition(place.Stream, place.Offset), result.Order)
        {
            EarlierRooms = index == 0 ? [] : [.. result.Offsets.Take(index).Select(static earlier => earlier.Room)],
            Except = publication.Audience.Except,
            Sender = publication.Audience.Sender,
        };
    }

    private static NumberedCopy WithBroadcast(NumberedCopy copy, Publication publication, in Packet packet)
    {
        Packet numbered = packet with { Tail = Encoding.ASCII.GetBytes(copy.Position.ToString()) };
        return copy with { Broadcast = new Broadcast(in numbered, publication.Compress, isVolatile: false) };
    }
}
