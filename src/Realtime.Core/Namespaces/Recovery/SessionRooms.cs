using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The rooms of sessions: joining and leaving them, and coming back to them. Each has a log, and what happens in it is told to the client.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SessionRooms
{
    private readonly Namespace _namespace;
    private readonly RecoveryEnvironment _environment;
    private readonly IBackplane _backplane;
    private readonly LogReader _reader;
    private readonly EndedStays _ended;

    internal SessionRooms(Namespace owner, RecoveryEnvironment environment)
    {
        _namespace = owner;
        _environment = environment;
        _backplane = environment.Backplane;
        _reader = new LogReader(owner, environment.Backplane, environment.TimeProvider);
        _ended = new EndedStays(_reader);
    }

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
        if (_namespace.Index.Link(recipient, room) is not { } membership)
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
        if (!_namespace.Index.TryFindRoom(room, out Room? left) || !_namespace.Index.Leave(recipient, room))
        {
            return;
        }

        // What was placed before goes out first: the client knows the stream no more behind the end of it.
        left.Settle(recipient);
        await EndAsync(session, recipient, room, _namespace.Recovery.Order.Last).ConfigureAwait(false);
        if (recipient.TryRelease(room))
        {
            await _backplane.CloseLogAsync(_namespace.Path, room, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Comes back to the rooms of a session: links all of them, announces those that the client does not know, and ends those that are over.</summary>
    /// <returns>What is still to be read of each, with <see cref="CatchUpAsync"/>.</returns>
    internal async ValueTask<List<(Membership Membership, StreamPosition Position)>> ReturnAsync(RecoverableSession session, SequencedRecipient recipient, KnownStreams known)
    {
        var behind = new List<(Membership Membership, StreamPosition Position)>();
        var open = new HashSet<string>(StringComparer.Ordinal);
        foreach (MembershipInterval stay in session.Memberships.Intervals.Where(static stay => stay.LeftOrder is null))
        {
            open.Add(stay.Joined.Stream);
            if (_namespace.Index.Link(recipient, stay.Room) is not { } membership)
            {
                continue;
            }

            LogHead head = await OpenAsync(recipient, stay.Room).ConfigureAwait(false);
            if (head.Position.Stream != stay.Joined.Stream)
            {
                session.Memberships.BeginAnew(stay.Room);
            }

            StreamPosition position = await _ended.AnnounceAsync(session, recipient, stay, known).ConfigureAwait(false);
            recipient.NoteRead(stay.Room, position); // from here on it may be taken out of the room again
            behind.Add((membership, position));
        }

        await _ended.EndAsync(session, recipient, open, known).ConfigureAwait(false);
        return behind;
    }

    /// <summary>Makes a recipient a member that is still to read what came before. The log of the room is held open for it.</summary>
    /// <returns>The membership; <see langword="null"/> when it was removed.</returns>
    internal async ValueTask<Membership?> LinkAsync(SequencedRecipient recipient, string room)
    {
        Membership? membership = _namespace.Index.Link(recipient, room);
        if (membership is not null)
        {
            await OpenAsync(recipient, room).ConfigureAwait(false);
        }

        return membership;
    }

    internal bool TryAttach(Membership membership, StreamPosition position) => _namespace.Index.TryAttach(membership, position);

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
            NamespaceLog.RecoveryFailed(_namespace.Logger, exception, _namespace.Path.Value, socket.Id);
            socket.Connection.Close(CloseReason.TransportError);
        }
    }

    /// <summary>The recipient is over: the logs are held open by others now, or linger until nobody can come back.</summary>
    internal async ValueTask DetachAsync(SequencedRecipient recipient)
    {
        foreach (string room in recipient.ReleaseAll())
        {
            await _backplane.CloseLogAsync(_namespace.Path, room, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask EndAsync(RecoverableSession session, SequencedRecipient recipient, string room, long order)
    {
        if (session.Memberships.End(room, order, _environment.Now, _environment.EndedStayMemory) is not { } stay)
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

    private async ValueTask<LogHead> OpenAsync(SequencedRecipient recipient, string room)
    {
        LogHead head = await _backplane.OpenLogAsync(_namespace.Path, room, CancellationToken.None).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The backplane kept logs when the session began, and keeps none now.");
        _namespace.Recovery.Order.Reach(head.Order);
        if (!recipient.TryHold(room))
        {
            await _backplane.CloseLogAsync(_namespace.Path, room, CancellationToken.None).ConfigureAwait(false); // it has disconnected meanwhile
        }

        return head;
    }
}
