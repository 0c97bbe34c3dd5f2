using Realtime.Core.Backplane;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Brings a recipient from a position in the log of a room to where the room is, and attaches it there. Whoever joins and whoever comes back goes this way.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LogReader(Namespace owner, IBackplane backplane, TimeProvider timeProvider)
{
    private const int PageSize = 128; // entries; a page is held once for each reader

    // Half full is behind, a quarter is not: a reader that is behind looks again when a few packets may have left.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Reads until there is nothing left, then attaches the recipient to the room.</summary>
    /// <param name="membership">The membership, which is not attached.</param>
    /// <param name="position">What the client has of the log.</param>
    /// <returns>A task that completes when the recipient gets what is placed in the room next, or is no member any more.</returns>
    internal async ValueTask CatchUpAsync(Membership membership, StreamPosition position)
    {
        var recipient = (SequencedRecipient)membership.Recipient;
        while (membership.IsLinked)
        {
            LogPage? page = await backplane.ReadAsync(owner.Path, membership.Room.Name, position, PageSize, CancellationToken.None).ConfigureAwait(false);
            if (page is null)
            {
                return;
            }

            if (page.Ended is { } ended ? position.Offset >= ended.Last : page.Head.Stream != position.Stream)
            {
                position = await FollowAsync(recipient, membership.Room.Name, page, position).ConfigureAwait(false);
                if (page.Ended is not null)
                {
                    continue; // the entries, if any, are of the stream that has ended
                }
            }

            position = TellLost(recipient, page, SetBack(recipient, page, position));
            foreach (LogEntry entry in page.Entries)
            {
                await WaitForRoomAsync(membership).ConfigureAwait(false);
                if (!membership.IsLinked)
                {
                    return; // whoever took it out goes on from what was noted
                }

                position = position with { Offset = entry.Offset };
                recipient.NoteRead(membership.Room.Name, position);
                Send(recipient, membership.Room.Name, in entry);
            }

            if (page.Entries.Count == 0 && owner.Index.TryAttach(membership, position))
            {
                return;
            }
        }
    }

    /// <summary>Sends what a session is owed of a stay that has ended.</summary>
    internal async ValueTask ReplayAsync(SequencedRecipient recipient, MembershipInterval stay, StreamPosition position)
    {
        while (true)
        {
            LogPage? page = await backplane.ReadAsync(owner.Path, stay.Room, position, PageSize, CancellationToken.None).ConfigureAwait(false);
            if (page is null || (page.Ended is null && page.Head.Stream != position.Stream))
            {
                recipient.TellLoss(RecoveryEvents.Gap(position.Stream, position.Offset + 1, to: null));
                return;
            }

            if (page.Entries.Count == 0 && page.LostThrough <= position.Offset)
            {
                await TellBeyondAsync(recipient, stay, page, position).ConfigureAwait(false);
                return;
            }

            position = TellLost(recipient, page, position);
            foreach (LogEntry entry in page.Entries)
            {
                // A replay of any size fits: it waits while the client is behind.
                while (!recipient.IsOver && recipient.Outbound.IsCongested)
                {
                    await Task.Delay(s_pause, timeProvider).ConfigureAwait(false);
                }

                if (recipient.IsOver || entry.Result.Order > stay.LeftOrder)
                {
                    return;
                }

                Send(recipient, stay.Room, in entry);
                position = position with { Offset = entry.Offset };
            }
        }
    }

    // A stay that went on under another stream, which nobody told the client of: rare enough to be told as lost.
    private async ValueTask TellBeyondAsync(SequencedRecipient recipient, MembershipInterval stay, LogPage page, StreamPosition position)
    {
        if (page.Ended is { } ended)
        {
            LogPage? next = await backplane.ReadAsync(owner.Path, stay.Room, new StreamPosition(ended.Next, 0), 1, CancellationToken.None).ConfigureAwait(false);
            if (next is null or { LostThrough: > 0 } || next.Entries.Any(entry => entry.Result.Order <= stay.LeftOrder))
            {
                recipient.TellLoss(RecoveryEvents.Gap(position.Stream, position.Offset + 1, to: null));
            }
        }
    }

    /// <summary>Sends a range again that a client has a hole in.</summary>
    /// <returns>How many events were sent, and the last number of the range that is gone; 0 when none is.</returns>
    internal async ValueTask<(int Sent, long Gone)> ResendAsync(SequencedRecipient recipient, string room, StreamPosition first, long to)
    {
        int sent = 0;
        LogPage? page = await backplane.ReadAsync(owner.Path, room, first with { Offset = first.Offset - 1 }, (int)(to - first.Offset + 1), CancellationToken.None).ConfigureAwait(false);
        if (page is null || (page.Ended is null && page.Head.Stream != first.Stream))
        {
            return (0, to);
        }

        foreach (LogEntry entry in page.Entries)
        {
            if (entry.Offset <= to)
            {
                sent += Send(recipient, room, in entry) ? 1 : 0;
            }
        }

        recipient.TellSkip(first.Stream);
        return (sent, Math.Min(to, page.LostThrough));
    }

    /// <summary>The log of the room goes on under another stream. The client loses what it does not have of the one before, unless that is known to be nothing.</summary>
    /// <returns>Where to go on.</returns>
    private static async ValueTask<StreamPosition> FollowAsync(SequencedRecipient recipient, string room, LogPage page, StreamPosition position)
    {
        var begin = new StreamPosition(page.Ended?.Next ?? page.Head.Stream, 0); // it was a member all the time: what is lost of this one is told as such
        bool isWhole = page.Ended is { } ended && position.Offset == ended.Last;
        recipient.TellSkip(position.Stream);
        recipient.Memberships.Follow(room, begin, isWhole ? null : position);

        // Stored before the client knows: a node that takes the session over would otherwise begin this stream a second time.
        await ((RecoverableSession)recipient.Session).SaveRoomsAsync().ConfigureAwait(false);
        recipient.TellLoss(RecoveryEvents.At(begin, position.Stream, isWhole ? position.Offset : null));
        return begin;
    }

    /// <summary>A client that claims more than was ever sent, by mistake or on purpose, goes on from the end of the log: to wait for what it claims would take for ever.</summary>
    /// <returns>Where to go on.</returns>
    private static StreamPosition SetBack(SequencedRecipient recipient, LogPage page, StreamPosition position)
    {
        if (page.Head.Stream != position.Stream || position.Offset <= page.Head.Offset)
        {
            return position;
        }

        recipient.TellLoss(RecoveryEvents.Gap(position.Stream, page.Head.Offset + 1, to: null));
        recipient.Announce(page.Head);
        return page.Head;
    }

    /// <summary>Tells the client what it lost for good, before anything later of the stream.</summary>
    /// <returns>Where to go on.</returns>
    private static StreamPosition TellLost(SequencedRecipient recipient, LogPage page, StreamPosition position)
    {
        if (page.LostThrough <= position.Offset)
        {
            return position;
        }

        recipient.TellSkip(position.Stream);
        recipient.TellLoss(RecoveryEvents.Gap(position.Stream, position.Offset + 1, page.LostThrough));
        return position with { Offset = page.LostThrough };
    }

    /// <summary>Sends an entry, or notes that it is not for the recipient.</summary>
    internal bool Send(SequencedRecipient recipient, string room, in LogEntry entry)
    {
        Packet packet = owner.CreatePacket(entry.Publication.Payload, ackId: null);
        NumberedCopy copy = NumberedCopies.Create(room, in entry, in packet);
        bool sent = recipient.Send(copy);
        copy.Broadcast.Release();
        return sent;
    }

    /// <summary>Waits while the client is behind: so a replay of any size fits, and leaves room for what is live.</summary>
    internal async ValueTask WaitForRoomAsync(Membership membership)
    {
        while (membership.IsLinked && membership.Recipient.Outbound.IsCongested)
        {
            await Task.Delay(s_pause, timeProvider).ConfigureAwait(false);
        }
    }
}
