using Realtime.Core.Framing;
using Realtime.Core.Protocol;

namespace Realtime.Core.Rooms;

/// <summary>Turns an audience into recipients, and sends to them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FanOut(RoomIndex index)
{
    /// <summary>Sends a packet to an audience on this node.</summary>
    /// <returns>A task that completes when every recipient has been served.</returns>
    internal ValueTask SendAsync(Audience audience, in Packet packet, bool compress, bool isVolatile, in SheddingRule rule = default)
    {
        var broadcast = new Broadcast(in packet, compress, isVolatile, in rule);
        Recipient? sender = audience.Sender is { } id && index.TryFind(id, out Recipient? found) ? found : null;
        HashSet<Recipient>? excluded = audience.Except.Count == 0 ? null : MembersOf(audience.Except);
        try
        {
            return audience.Rooms.Count switch
            {
                0 => index.Everyone.Publish(new PendingBroadcast(broadcast, sender, excluded)),
                1 => SendToOne(audience.Rooms[0], new PendingBroadcast(broadcast, sender, excluded)),
                _ => SendToManyAsync(audience.Rooms, broadcast, sender, excluded),
            };
        }
        finally
        {
            broadcast.Release();
        }
    }

    /// <summary>Finds everybody in an audience on this node, each once.</summary>
    internal IReadOnlyCollection<Recipient> Select(Audience audience)
    {
        HashSet<Recipient> selected = audience.Rooms.Count == 0 ? [.. index.Recipients] : MembersOf(audience.Rooms);
        foreach (string name in audience.Except)
        {
            selected.ExceptWith(MembersOf([name]));
        }

        if (audience.Sender is { } id && index.TryFind(id, out Recipient? sender))
        {
            selected.Remove(sender);
        }

        return selected;
    }

    private ValueTask SendToOne(string name, in PendingBroadcast broadcast)
    {
        ValueTask sent = index.TryFindRoom(name, out Room? room) ? room.Publish(in broadcast) : default;
        if (index.TryFindPrivateRoom(name, out Recipient? recipient) && (room is null || !index.IsMember(recipient, room)))
        {
            SendDirect(recipient, in broadcast);
        }

        return sent;
    }

    // Each room gets the broadcast for those members that none of the earlier rooms has.
    private ValueTask SendToManyAsync(IReadOnlyList<string> names, Broadcast broadcast, Recipient? sender, HashSet<Recipient>? excluded)
    {
        HashSet<Recipient> served = excluded is null ? [] : [.. excluded];
        List<Task>? background = null;
        foreach (string name in names)
        {
            HashSet<Recipient> members = MembersOf([name]);
            ValueTask sent = SendToOne(name, new PendingBroadcast(broadcast, sender, served.Count == 0 ? null : [.. served]));
            if (!sent.IsCompletedSuccessfully)
            {
                (background ??= []).Add(sent.AsTask());
            }

            served.UnionWith(members);
        }

        return background is null ? default : new ValueTask(Task.WhenAll(background));
    }

    private static void SendDirect(Recipient recipient, in PendingBroadcast pending)
    {
        if (!pending.Excludes(recipient))
        {
            recipient.Send(pending.Broadcast.For(recipient.Codec), pending.Broadcast.IsVolatile);
        }
    }

    private HashSet<Recipient> MembersOf(IEnumerable<string> names)
    {
        HashSet<Recipient> members = [];
        foreach (string name in names)
        {
            if (index.TryFindPrivateRoom(name, out Recipient? recipient))
            {
                members.Add(recipient);
            }

            if (index.TryFindRoom(name, out Room? room))
            {
                MemberSnapshot snapshot = room.TakeSnapshot();
                for (int chunk = 0; chunk < snapshot.ChunkCount; chunk++)
                {
                    foreach (Recipient? member in snapshot.Chunk(chunk))
                    {
                        members.Add(member!);
                    }
                }
            }
        }

        return members;
    }
}
