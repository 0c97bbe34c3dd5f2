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
        var pending = new PendingBroadcast(broadcast, SenderOf(audience), Excluded: null);
        try
        {
            if (audience.Rooms.Count > 1 || audience.Except.Count > 0)
            {
                return SendToManyAsync(audience, in pending);
            }

            return audience.Rooms.Count == 0 ? index.Everyone.Publish(in pending) : SendToOne(audience.Rooms[0], in pending);
        }
        finally
        {
            broadcast.Release();
        }
    }

    /// <summary>Gives a numbered event its place in the rooms of this node. Short, and runs no code of the application.</summary>
    /// <param name="audience">Who is addressed.</param>
    /// <param name="broadcast">The event without its numbers. Its reference goes to what is returned, as do those of the copies.</param>
    /// <param name="copies">Its places in the logs, one for each room that keeps one.</param>
    internal PlacedBroadcast Place(Audience audience, Broadcast broadcast, IReadOnlyList<NumberedCopy> copies)
    {
        var pending = new PendingBroadcast(broadcast, SenderOf(audience), Excluded: null);
        FanOutTarget[] targets = audience.Rooms.Count > 1 || audience.Except.Count > 0
            ? PlaceInMany(WithEachRoomOnce(audience), in pending, copies)
            : [PlaceInOne(copies[0].Room, pending with { Copy = copies[0] })];
        return new PlacedBroadcast(broadcast, copies, targets);
    }

    /// <summary>Sends what was placed, and gives the references back.</summary>
    internal static ValueTask SendAsync(PlacedBroadcast placed)
    {
        try
        {
            return SendAllAsync(placed.Targets);
        }
        finally
        {
            placed.Release();
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

    private ValueTask SendToManyAsync(Audience audience, in PendingBroadcast broadcast) => SendAllAsync(PlaceInMany(audience, in broadcast, copies: []));

    // Each room gets the broadcast for those members that none of the earlier rooms has. It takes its place in all of them at one moment, so that whoever
    // moves between them is in one of them, and in no more.
    private FanOutTarget[] PlaceInMany(Audience audience, in PendingBroadcast broadcast, IReadOnlyList<NumberedCopy> copies)
    {
        string[] names = [.. audience.Except, .. audience.Rooms];
        var members = new MemberSet[names.Length];
        var targets = new FanOutTarget[Math.Max(1, audience.Rooms.Count)];
        using (index.Freeze())
        {
            for (int i = 0; i < names.Length; i++)
            {
                members[i] = TakeMembers(names[i], out FanOutTarget target);
                if (i >= audience.Except.Count)
                {
                    PendingBroadcast pending = broadcast with { Excluded = i == 0 ? null : new Exclusions(members, i), Copy = CopyOf(names[i], copies) };
                    targets[i - audience.Except.Count] = target with { Broadcast = pending, Appended = target.Room?.Append(in pending) ?? default };
                }
            }

            if (audience.Rooms.Count == 0)
            {
                PendingBroadcast pending = broadcast with { Excluded = new Exclusions(members, names.Length), Copy = CopyOf("", copies) };
                targets[0] = new FanOutTarget(index.Everyone, Owner: null, pending, index.Everyone.Append(in pending));
            }
        }

        return targets;
    }

    private FanOutTarget PlaceInOne(string name, PendingBroadcast pending)
    {
        Room? room = index.Everyone;
        Recipient? owner = null;
        if (name.Length > 0)
        {
            index.TryFindRoom(name, out room);
            owner = index.TryFindPrivateRoom(name, out Recipient? found) && (room is null || !index.IsMember(found, room)) ? found : null;
        }

        return new FanOutTarget(room, owner, pending, room?.Append(in pending) ?? default);
    }

    private static ValueTask SendAllAsync(FanOutTarget[] targets)
    {
        List<Task>? background = null;
        foreach (FanOutTarget target in targets)
        {
            ValueTask sent = target.Room?.Send(target.Appended) ?? default;
            if (!sent.IsCompletedSuccessfully)
            {
                (background ??= []).Add(sent.AsTask());
            }

            if (target.Owner is not null)
            {
                SendDirect(target.Owner, target.Broadcast);
            }
        }

        return background is null ? default : new ValueTask(Task.WhenAll(background));
    }

    private static NumberedCopy? CopyOf(string room, IReadOnlyList<NumberedCopy> copies)
    {
        foreach (NumberedCopy copy in copies)
        {
            if (copy.Room == room)
            {
                return copy;
            }
        }

        return null;
    }

    // A room that is named twice has one copy of an event, so it may be served once only.
    private static Audience WithEachRoomOnce(Audience audience) =>
        audience.Rooms.Count < 2 ? audience : audience with { Rooms = [.. audience.Rooms.Distinct(StringComparer.Ordinal)] };

    private Recipient? SenderOf(Audience audience) => audience.Sender is { } id && index.TryFind(id, out Recipient? found) ? found : null;

    private MemberSet TakeMembers(string name, out FanOutTarget target)
    {
        index.TryFindRoom(name, out Room? room);
        index.TryFindPrivateRoom(name, out Recipient? owner);
        target = new FanOutTarget(room, owner is not null && room is not null && index.IsMember(owner, room) ? null : owner, default, default);
        return new MemberSet(room?.TakeSnapshot(), owner);
    }

    // One that recovers gets what is sent to its private room from its log, like everything that is numbered.
    private static void SendDirect(Recipient recipient, in PendingBroadcast pending)
    {
        if (pending.Copy is not null && recipient is SequencedRecipient)
        {
            return;
        }

        if (!pending.Excludes(recipient))
        {
            recipient.CatchUp();
            recipient.Deliver(pending.Broadcast);
        }
    }

    private HashSet<Recipient> MembersOf(IEnumerable<string> names)
    {
        HashSet<Recipient> members = [];
        foreach (string name in names)
        {
            TakeMembers(name, out _).AddTo(members);
        }

        return members;
    }
}
