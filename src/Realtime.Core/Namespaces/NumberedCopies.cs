using System.Text;
using Realtime.Core.Backplane;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces;

/// <summary>Makes what rooms handle of what the backplane has numbered: the same copies when it is published and when a log is read.</summary>
internal static class NumberedCopies
{
    /// <summary>Makes the copies of an event, which own their broadcasts.</summary>
    internal static NumberedCopy[] Create(Publication publication, PublishResult result, in Packet packet)
    {
        var copies = new NumberedCopy[result.Offsets.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = Create(publication, result, i, in packet);
        }

        return copies;
    }

    /// <summary>Makes the copy of an event that was read from the log of a room.</summary>
    internal static NumberedCopy Create(string room, in LogEntry entry, in Packet packet)
    {
        int index = 0;
        while (entry.Result.Offsets[index].Room != room)
        {
            index++;
        }

        return Create(entry.Publication, entry.Result, index, in packet);
    }

    // An event that is dropped by itself would be a hole, so no policy applies to the broadcast.
    private static NumberedCopy Create(Publication publication, PublishResult result, int index, in Packet packet)
    {
        StreamOffset place = result.Offsets[index];
        var position = new StreamPosition(place.Stream, place.Offset);
        Packet numbered = packet with { Tail = Encoding.ASCII.GetBytes(position.ToString()) };
        return new NumberedCopy(place.Room, position, result.Order)
        {
            Broadcast = new Broadcast(in numbered, publication.Compress, isVolatile: false),
            EarlierRooms = index == 0 ? [] : [.. result.Offsets.Take(index).Select(static earlier => earlier.Room)],
            Except = publication.Audience.Except,
            Sender = publication.Audience.Sender,
        };
    }
}
