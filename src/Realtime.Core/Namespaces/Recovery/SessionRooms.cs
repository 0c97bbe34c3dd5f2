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
    private readonly HeldLogs _logs;

    internal SessionRooms(Namespace owner, RecoveryEnvironment environment)
    {
        _namespace = owner;
        _environment = environment;
        _backplane = environment.Backplane;
        _reader = new LogReader(owner, environment.Backplane, environment.TimeProvider);
        _ended = new EndedStays(_reader);
        _logs = new HeldLogs(owner, environment.Backplane);
    }

    internal LogReader Reader => _reader;

    /// <summary>Gets the logs that are held open for recipients.</summary>
    internal HeldLogs Logs => _logs;

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

    /// <summary>
    /// Begins the stays of a new session in its first rooms before its client is told that it is connected: whoever hears of it from the client may emit to it at once, and that is kept.
    /// </summary>
    internal async ValueTask PrepareAsync(RecoverableSession session, SequencedRecipient recipient, IReadOnlyCollection<string> rooms)
    {
        (string Room, Task<LogHead> Head)[] opening = [.. rooms.Select(room => (room, _logs.OpenAsync(recipient, room).AsTask()))];
        foreach ((string room, Task<LogHead> opened) in opening)
        {
            LogHead head = await opened.ConfigureAwait(false);
            session.Memberships.BeginNow(new MembershipInterval(room, head.Position, head.Order));
        }

        await session.SaveRoomsAsync().ConfigureAwait(false);
    }

    /// <summary>Joins a room: what is published from here on is owed to the session.</summary>
    /// <returns>A task that completes when the membership is stored and the socket gets what is sent. When it fails, the connection ends.</returns>
    internal async ValueTask JoinAsync(RecoverableSession session, SequencedRecipient recipient, string room)
    {
        if (_namespace.Index.Link(recipient, room) is not { } membership)
        {
            return;
        }

        try
        {
            // In this order: the room of this node exists before the head is read, so nothing that is numbered behind it passes by unseen.
            LogHead head = await _logs.OpenAsync(recipient, room).ConfigureAwait(false);
            bool isPrepared = session.Memberships.Find(room) is not null;
            MembershipInterval stay = await _logs.BeginStayAsync(session, room, head).ConfigureAwait(false);
            if (!isPrepared)
            {
                await session.SaveRoomsAsync().ConfigureAwait(false);
            }

            recipient.Announce(stay.Joined);
            recipient.NoteRead(room, stay.Joined);
            await _reader.CatchUpAsync(membership, stay.Joined).ConfigureAwait(false);
        }
        catch
        {
            // It may be stored as a member, and gets nothing: its client comes back, and finds out whether it is.
            ((RealtimeSocket)recipient.Owner).Connection.Close(CloseReason.TransportError);
            throw;
        }
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
        if (recipient.Held.TryRelease(room))
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

            LogHead head = await _logs.OpenAsync(recipient, stay.Room).ConfigureAwait(false);
            if (head.Position.Stream != stay.Joined.Stream && !head.Continues.Contains(stay.Joined.Stream))
            {
                session.Memberships.BeginAnew(stay.Room);
            }

            // The log went on as another stream, and the node before had no time to say so: the client reads the one that it knows to its end first.
            StreamPosition? before = known.Positions.ContainsKey(stay.Joined.Stream) ? null : known.FindAny(head.Continues);
            if (before is { } behindIt)
            {
                open.Add(behindIt.Stream);
            }

            StreamPosition position = before ?? await _ended.AnnounceAsync(session, recipient, stay, known).ConfigureAwait(false);
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
            await _logs.OpenAsync(recipient, room).ConfigureAwait(false);
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

    /// <summary>What is placed next in a room does not follow on what was placed last: its members read the log in between. Short; what it begins handles its own errors.</summary>
    internal void Interrupt(string room, StreamPosition head)
    {
        Room? interrupted = _namespace.Index.Everyone;
        if (room.Length > 0 && !_namespace.Index.TryFindRoom(room, out interrupted))
        {
            return;
        }

        (IReadOnlyList<Membership> members, StreamPosition from) = interrupted.Interrupt(head);
        foreach (Membership member in members)
        {
            ((SequencedRecipient)member.Recipient).NoteRead(room, from);
            _ = Task.Run(() =>
            {
                interrupted.Settle(member.Recipient); // what was placed before goes out first
                return CatchUpAsync((RealtimeSocket)member.Recipient.Owner, [(member, from)]);
            });
        }
    }

    private async ValueTask EndAsync(RecoverableSession session, SequencedRecipient recipient, string room, long order)
    {
        if (session.Memberships.EndNow(room, order, _environment.Now, _environment.EndedStayMemory) is not { } stay)
        {
            return;
        }

        await session.SaveRoomsAsync().ConfigureAwait(false);
        if (recipient.EndReading(room) is { } position)
        {
            // It was still catching up, or something was placed in the room only when it had left: what was numbered before the end of the stay is owed all the same.
            await _reader.ReplayAsync(recipient, stay, position).ConfigureAwait(false);
        }

        session.Reached.Forget(stay.Joined.Stream);
        recipient.Forget(stay.Joined.Stream);
        recipient.Tell(RecoveryEvents.End(stay.Joined.Stream));
    }
}
