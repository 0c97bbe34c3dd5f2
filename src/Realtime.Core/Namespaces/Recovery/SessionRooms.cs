using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The rooms of sessions: joining and leaving them, and coming back to them. Each has a log, and what happens in it is told to the client.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SessionRooms(Namespace owner, RecoveryEnvironment environment)
{
    private readonly IBackplane _backplane = environment.Backplane;
    private readonly LogReader _reader = new(owner, environment.Backplane, environment.TimeProvider);

    internal LogReader Reader => _reader;

    /// <summary>Puts a socket into a room: as soon as it is confirmed, when a middleware asks for it.</summary>
    internal ValueTask JoinAsync(RealtimeSocket socket, RecoverableSession session, string room)
    {
        if (socket.Phase == SocketPhase.Connecting && session.Start is { } start)
        {
            start.Join(room);
            return default;
        }

        return JoinAsync(session, (SequencedRecipient)socket.Recipient, room);
    }

    /// <summary>Takes a socket out of a room.</summary>
    internal ValueTask LeaveAsync(RealtimeSocket socket, RecoverableSession session, string room)
    {
        if (socket.Phase == SocketPhase.Connecting && session.Start is { } start)
        {
            start.Leave(room);
            return default;
        }

        return LeaveAsync(session, (SequencedRecipient)socket.Recipient, room);
    }

    /// <summary>Joins a room: what is published from here on is owed to the session.</summary>
    /// <returns>A task that completes when the membership is stored and the socket gets what is sent.</returns>
    internal async ValueTask JoinAsync(RecoverableSession session, SequencedRecipient recipient, string room)
    {
        if (owner.Index.Link(recipient, room) is not { } membership)
        {
            return;
        }

        // In this order: the room of this node exists before the head is read, so nothing that is numbered behind it passes by unseen.
        LogHead head = await OpenAsync(recipient, room).ConfigureAwait(false);
        MembershipInterval stay = session.Memberships.Begin(new MembershipInterval(room, head.Position, head.Order));
        await session.SaveRoomsAsync().ConfigureAwait(false);
        recipient.Announce(stay.Joined);
        recipient.NoteRead(room, stay.Joined);
        await _reader.CatchUpAsync(membership, stay.Joined).ConfigureAwait(false);
    }

    /// <summary>Leaves a room.</summary>
    private async ValueTask LeaveAsync(RecoverableSession session, SequencedRecipient recipient, string room)
    {
        if (!owner.Index.TryFindRoom(room, out Room? left) || !owner.Index.Leave(recipient, room))
        {
            return;
        }

        // What was placed before goes out first: the client knows the stream no more behind the end of it.
        left.Settle(recipient);
        await EndAsync(session, recipient, room, owner.Recovery.Order.Last).ConfigureAwait(false);
        if (recipient.TryRelease(room))
        {
            await _backplane.CloseLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Comes back to the rooms of a session: links all of them, announces those that the client does not name, and ends those that are over.</summary>
    /// <returns>What is still to be read of each, with <see cref="CatchUpAsync"/>.</returns>
    internal async ValueTask<List<(Membership Membership, StreamPosition Position)>> ReturnAsync(
        RecoverableSession session, SequencedRecipient recipient, IReadOnlyDictionary<string, long> named)
    {
        var behind = new List<(Membership Membership, StreamPosition Position)>();
        var ended = new HashSet<string>(named.Keys, StringComparer.Ordinal);
        foreach (MembershipInterval stay in session.Memberships.Intervals.Where(static stay => stay.LeftOrder is null))
        {
            ended.Remove(stay.Joined.Stream);
            if (owner.Index.Link(recipient, stay.Room) is not { } membership)
            {
                continue;
            }

            LogHead head = await OpenAsync(recipient, stay.Room).ConfigureAwait(false);
            if (head.Position.Stream != stay.Joined.Stream)
            {
                session.Memberships.BeginAnew(stay.Room);
            }

            bool isKnown = named.TryGetValue(stay.Joined.Stream, out long offset);
            if (isKnown && offset < stay.Joined.Offset)
            {
                // It left and joined again, and the client has heard of neither.
                await EndStreamAsync(session, recipient, stay.Joined with { Offset = offset }).ConfigureAwait(false);
                isKnown = false;
            }

            if (!isKnown)
            {
                recipient.Tell(RecoveryEvents.At(stay.Joined));
            }

            behind.Add((membership, stay.Joined with { Offset = Math.Max(stay.Joined.Offset, offset) }));
            recipient.NoteRead(stay.Room, behind[^1].Position); // it may be taken out of the room again
        }

        foreach (string stream in ended)
        {
            await EndStreamAsync(session, recipient, new StreamPosition(stream, named[stream])).ConfigureAwait(false);
        }

        return behind;
    }

    /// <summary>Makes a recipient a member that is still to read what came before. The log of the room is held open for it.</summary>
    /// <returns>The membership; <see langword="null"/> when it was removed.</returns>
    internal async ValueTask<Membership?> LinkAsync(SequencedRecipient recipient, string room)
    {
        Membership? membership = owner.Index.Link(recipient, room);
        if (membership is not null)
        {
            await OpenAsync(recipient, room).ConfigureAwait(false);
        }

        return membership;
    }

    internal bool TryAttach(Membership membership, StreamPosition position) => owner.Index.TryAttach(membership, position);

    /// <summary>Reads what is still to be read of each room, one after the other. Handles its own errors.</summary>
    internal async Task CatchUpAsync(RealtimeSocket socket, List<(Membership Membership, StreamPosition Position)> behind)
    {
        try
        {
            foreach ((Membership membership, StreamPosition position) in behind)
            {
                await _reader.CatchUpAsync(membership, position).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // A backplane that fails costs this client its connection: it comes back and reads again. It must not end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RecoveryFailed(owner.Logger, exception, owner.Path.Value, socket.Id);
            socket.Connection.Close(CloseReason.TransportError);
        }
    }

    /// <summary>The recipient is over: the logs are held open by others now, or linger until nobody can come back.</summary>
    internal async ValueTask DetachAsync(SequencedRecipient recipient)
    {
        foreach (string room in recipient.ReleaseAll())
        {
            await _backplane.CloseLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask EndAsync(RecoverableSession session, SequencedRecipient recipient, string room, long order)
    {
        if (session.Memberships.End(room, order, environment.Now, environment.Options.Retention.MaxAge) is not { } stay)
        {
            return;
        }

        await session.SaveRoomsAsync().ConfigureAwait(false);
        if (recipient.EndReading(room) is { } position)
        {
            // It was still catching up: what was published before it left is owed all the same.
            await _reader.ReplayAsync(recipient, stay, position).ConfigureAwait(false);
        }

        recipient.Forget(stay.Joined.Stream);
        recipient.Tell(RecoveryEvents.End(stay.Joined.Stream));
    }

    // The client has not heard that the session has left: it gets what it was owed until then.
    private async ValueTask EndStreamAsync(RecoverableSession session, SequencedRecipient recipient, StreamPosition position)
    {
        if (session.Memberships.Intervals.LastOrDefault(stay => stay.Joined.Stream == position.Stream && stay.LeftOrder is not null) is { } stay)
        {
            await _reader.ReplayAsync(recipient, stay, position).ConfigureAwait(false);
            recipient.Forget(position.Stream);
        }
        else
        {
            recipient.TellLoss(RecoveryEvents.Gap(position.Stream, position.Offset + 1, to: null)); // what it was owed is not known any more
        }

        recipient.Tell(RecoveryEvents.End(position.Stream));
    }

    private async ValueTask<LogHead> OpenAsync(SequencedRecipient recipient, string room)
    {
        LogHead head = await _backplane.OpenLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The backplane kept logs when the session began, and keeps none now.");
        owner.Recovery.Order.Reach(head.Order);
        if (!recipient.TryHold(room))
        {
            await _backplane.CloseLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false); // it has disconnected meanwhile
        }

        return head;
    }
}
