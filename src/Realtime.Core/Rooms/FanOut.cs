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
        var pending = new PendingBroadcast(broadcast, sender, Excluded: null);
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

    // Each room gets the broadcast for those members that none of the earlier rooms has. It takes its place in all of them at one moment, so that whoever
    // moves between them is in one of them, and in no more.
    private ValueTask SendToManyAsync(Audience audience, in PendingBroadcast broadcast)
    {
        string[] names = [.. audience.Except, .. audience.Rooms];
        var members = new MemberSet[names.Length];
        var targets = new Target[Math.Max(1, audience.Rooms.Count)];
        using (index.Freeze())
        {
            for (int i = 0; i < names.Length; i++)
            {
                members[i] = TakeMembers(names[i], out Target target);
                if (i >= audience.Except.Count)
                {
                    PendingBroadcast pending = broadcast with { Excluded = new Exclusions(members, i) };
                    targets[i - audience.Except.Count] = target with { Broadcast = pending, Appended = target.Room?.Append(in pending) ?? default };
                }
            }

            if (audience.Rooms.Count == 0)
            {
                PendingBroadcast pending = broadcast with { Excluded = new Exclusions(members, names.Length) };
                targets[0] = new Target(index.Everyone, Owner: null, pending, index.Everyone.Append(in pending));
            }
        }

        return SendAllAsync(targets);
    }

    private static ValueTask SendAllAsync(Target[] targets)
    {
        List<Task>? background = null;
        foreach (Target target in targets)
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

    private MemberSet TakeMembers(string name, out Target target)
    {
        index.TryFindRoom(name, out Room? room);
        index.TryFindPrivateRoom(name, out Recipient? owner);
        target = new Target(room, owner is not null && room is not null && index.IsMember(owner, room) ? null : owner, default, default);
        return new MemberSet(room?.TakeSnapshot(), owner);
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
            TakeMembers(name, out _).AddTo(members);
        }

        return members;
    }

    /// <summary>One room of several: who gets the broadcast there, its members and whoever it is the private room of.</summary>
    private readonly record struct Target(Room? Room, Recipient? Owner, PendingBroadcast Broadcast, Appended Appended);
}
