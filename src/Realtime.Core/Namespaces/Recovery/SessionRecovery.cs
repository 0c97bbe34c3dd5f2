using System.Collections.Concurrent;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The sessions of one namespace on this node: begins them, takes them up again, lets go of them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SessionRecovery : ISessionOwner
{
    private readonly Namespace _namespace;
    private readonly RecoveryEnvironment _environment;
    private readonly ConcurrentDictionary<string, RecoverableSession> _sessions = new(StringComparer.Ordinal);
    private readonly AwayControls _away;
    private volatile LastOffset? _lastControl;
    private readonly ConcurrentQueue<(RecoverableSession Session, TimeSpan At)> _released = new();

    internal SessionRecovery(Namespace owner, RecoveryEnvironment environment)
    {
        _namespace = owner;
        _environment = environment;
        Rooms = new SessionRooms(owner, environment);
        _away = new AwayControls(owner, environment);
        Messages = new ClientMessages(owner, Rooms.Reader);
    }

    internal SessionRooms Rooms { get; }

    /// <summary>Gets or sets where the last join, leave or disconnect of the namespace stands that was placed on this node.</summary>
    internal StreamOffset? LastControl { get => _lastControl?.Offset; set => _lastControl = value is { } offset ? new LastOffset(offset) : null; }

    internal ClientMessages Messages { get; }

    /// <summary>Gets the number of sessions that this node has in memory, those included whose clients are away.</summary>
    internal int Count => _sessions.Count;

    /// <summary>Gives a socket a session: the one that its client had, or a new one. Who its user is has been decided.</summary>
    /// <returns>Why it is refused; <see langword="null"/> when it is not: then it has a session, unless nothing can be recovered here.</returns>
    internal async ValueTask<Refusal?> BeginAsync(RealtimeSocket socket, RecoveryRequest request)
    {
        Refusal? refusal = await ResumeAsync(socket, request).ConfigureAwait(false);
        if (refusal is null && socket.Recovery is null)
        {
            await CreateAsync(socket, request).ConfigureAwait(false);
        }

        return refusal;
    }

    /// <summary>Gives a socket the session that its client had, if it had one that is still to be had.</summary>
    internal async ValueTask<Refusal?> ResumeAsync(RealtimeSocket socket, RecoveryRequest request)
    {
        ForgetExpired();
        bool isStock = request.Shown is not null;
        if (request.SessionId is not { } id || !MayClaim(id, isStock, out RecoverableSession? live))
        {
            return null;
        }

        var claim = new SessionClaimRequest
        {
            Namespace = _namespace.Path,
            Id = id,
            UserId = socket.UserId,
            Attempt = isStock ? live!.NextAttempt() : request.Attempt,
            Owner = this,
            LiveFence = live?.Ownership.Fence ?? 0,
        };
        SessionClaim claimed = await _environment.Store.ClaimAsync(claim, CancellationToken.None).ConfigureAwait(false);
        if (claimed.Status == ClaimStatus.Superseded && !isStock)
        {
            return Refusal.WithCode("superseded", "A later attempt of this client has connected");
        }

        if (claimed.Record is { } record)
        {
            // One that comes from elsewhere was told there, or begins with other logs anyway.
            bool isOurs = live is not null && live.Ownership == record.Ownership;
            await GoOnAsync(socket, request, isOurs ? live! : new RecoverableSession(record, _environment), isOurs).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>Brings a socket that was confirmed into its rooms. What it missed follows by itself.</summary>
    internal async ValueTask EnterAsync(RealtimeSocket socket, SequencedRecipient recipient, SessionStart start)
    {
        RecoverableSession session = start.Session;
        List<(Membership Membership, StreamPosition Position)> behind = [];
        if (recipient is StockRecipient stock)
        {
            session.Sent!.Answer();
            if (!start.IsRecovered || !_environment.Options.SkipMiddlewares)
            {
                stock.Start(start.IsRecovered ? _namespace.NextUnnumbered() : 0); // what middlewares have sent has no end to show
            }
        }
        else if (start.IsRecovered)
        {
            behind = await Rooms.ReturnAsync(session, recipient, start.Positions).ConfigureAwait(false);
        }

        if (start.IsRecovered)
        {
            await (start.Before?.Inbox.Running ?? Task.CompletedTask).ConfigureAwait(false); // one message of a client at a time, also across its connections
        }

        foreach (string room in start.RoomsToJoin())
        {
            await Rooms.JoinAsync(session, recipient, room).ConfigureAwait(false);
        }

        _ = CatchUpAsync(socket, behind);
    }

    /// <summary>Puts a socket into a room: as soon as it is confirmed, when a middleware asks for it.</summary>
    internal ValueTask JoinAsync(RealtimeSocket socket, RecoverableSession session, string room)
    {
        if (socket.Phase == SocketPhase.Connecting && session.Start is { } start)
        {
            start.Join(room);
            return default;
        }

        return Rooms.JoinAsync(session, (SequencedRecipient)socket.Recipient, room);
    }

    internal ValueTask LeaveAsync(RealtimeSocket socket, RecoverableSession session, string room)
    {
        if (socket.Phase == SocketPhase.Connecting && session.Start is { } start)
        {
            start.Leave(room);
            return default;
        }

        return Rooms.LeaveAsync(session, (SequencedRecipient)socket.Recipient, room);
    }

    /// <summary>The socket of a session has ended, or was never confirmed.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="session">Its session.</param>
    /// <param name="isOver">Whether one side has said so; otherwise the client may come back.</param>
    internal void OnEnded(RealtimeSocket socket, RecoverableSession session, bool isOver)
    {
        Run(Rooms.DetachAsync((SequencedRecipient)socket.Recipient), socket);
        if (!session.Detach(socket))
        {
            return; // it has another one by now
        }

        if (isOver || session.IsOver)
        {
            session.IsOver = true;
            _sessions.TryRemove(new KeyValuePair<string, RecoverableSession>(session.Id, session));
            Run(_environment.Store.RemoveAsync(session.Ownership, CancellationToken.None), socket);
        }
        else
        {
            session.Control.Leave(LastControl);
            session.Released = _environment.Now;
            _released.Enqueue((session, session.Released));
            Run(_environment.Store.ReleaseAsync(session.Ownership, handedOver: false, CancellationToken.None), socket);
        }

        ForgetExpired();
    }

    /// <summary>The server stops: hands over every session that is left, so that another node goes on with it at once.</summary>
    internal async ValueTask HandOverAsync()
    {
        foreach (RecoverableSession session in _sessions.Values)
        {
            await _environment.Store.ReleaseAsync(session.Ownership, handedOver: true, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public async ValueTask YieldAsync(SessionOwnership session, CancellationToken cancellationToken)
    {
        if (_sessions.TryGetValue(session.Id, out RecoverableSession? found) && found.Ownership.Fence <= session.Fence)
        {
            _sessions.TryRemove(new KeyValuePair<string, RecoverableSession>(session.Id, found));
            found.IsOver = true;
            if (found.LastSocket is { } socket)
            {
                socket.Session.Drop(socket, discard: true);
                await socket.Inbox.Running.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // What a stock client was sent only the node knows that has sent it.
    private bool MayClaim(string id, bool isStock, out RecoverableSession? live) =>
        _sessions.TryGetValue(id, out live) ? live.Sent is not null == isStock : !isStock;

    private async ValueTask GoOnAsync(RealtimeSocket socket, RecoveryRequest request, RecoverableSession session, bool isOurs)
    {
        bool isOver = isOurs && session.Socket is null && !await _away.ApplyAsync(socket, session).ConfigureAwait(false);
        StockReplay? replay = null;
        if (!isOver && request.Shown is { } shown)
        {
            replay = session.Sent is null ? null : await StockReplay.PrepareAsync(_namespace.Path, _environment.Backplane, Rooms, session, shown).ConfigureAwait(false);
            isOver = replay is null; // nothing rather than a part
        }

        if (isOver)
        {
            await EndAsync(session).ConfigureAwait(false);
        }
        else
        {
            TakeUp(socket, request, session, replay);
        }
    }

    private async ValueTask EndAsync(RecoverableSession session)
    {
        session.IsOver = true;
        _sessions.TryRemove(new KeyValuePair<string, RecoverableSession>(session.Id, session));
        if (session.Socket is { } socket)
        {
            socket.Session.Drop(socket);
        }

        await _environment.Store.RemoveAsync(session.Ownership, CancellationToken.None).ConfigureAwait(false);
    }

    private void TakeUp(RealtimeSocket socket, RecoveryRequest request, RecoverableSession session, StockReplay? replay = null)
    {
        _sessions[session.Id] = session;
        var start = new SessionStart(session, request.Positions, isRecovered: true, session.LastSocket) { Replay = replay };
        if (replay is not null)
        {
            socket.Inherit(session.LastSocket);
        }

        if (Adopt(socket, start) is { } before)
        {
            before.Session.Drop(before); // its connection is dead, or its client has a newer one
        }
    }

    private async ValueTask CreateAsync(RealtimeSocket socket, RecoveryRequest request)
    {
        // Asked first: a backplane that keeps no logs cannot give what the extension promises.
        if (await _environment.Backplane.OpenLogAsync(_namespace.Path, "", CancellationToken.None).ConfigureAwait(false) is null)
        {
            return;
        }

        var wanted = new SessionRecord { Id = RandomId.Create(), Namespace = _namespace.Path, SocketId = socket.Id, UserId = socket.UserId, Attempt = request.Attempt };
        SessionRecord? record = await _environment.Store.CreateAsync(wanted, this, CancellationToken.None).ConfigureAwait(false);
        await _environment.Backplane.CloseLogAsync(_namespace.Path, "", CancellationToken.None).ConfigureAwait(false);
        if (record is null)
        {
            return;
        }

        var session = new RecoverableSession(record, _environment) { Sent = request.Shown is null ? null : new SentPositions(_environment.Options.StockHistory) };
        _sessions[session.Id] = session;
        var start = new SessionStart(session, request.Positions, isRecovered: false, before: null);
        start.Join("");
        start.Join(session.SocketId);
        Adopt(socket, start);
    }

    private RealtimeSocket? Adopt(RealtimeSocket socket, SessionStart start)
    {
        // What middlewares have put it into, when nobody knew yet that it recovers.
        Recipient provisional = socket.Recipient;
        foreach (string room in _namespace.Index.RoomsOf(provisional).Where(room => room != provisional.Id))
        {
            start.Join(room);
        }

        _namespace.Index.Remove(provisional);
        socket.Adopt(start);
        _namespace.Index.Prepare(socket.Recipient);
        return start.Session.Attach(socket, start);
    }

    private async Task CatchUpAsync(RealtimeSocket socket, List<(Membership Membership, StreamPosition Position)> behind)
    {
        try
        {
            foreach ((Membership membership, StreamPosition position) in behind)
            {
                await Rooms.Reader.CatchUpAsync(membership, position).ConfigureAwait(false);
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

    // What ends in the background is in the log when it fails; the store and the backplane let go of it by themselves in time.
    private void Run(ValueTask ending, RealtimeSocket socket)
    {
        if (!ending.IsCompletedSuccessfully)
        {
            _ = AwaitAsync();
        }

        async Task AwaitAsync()
        {
            try
            {
                await ending.ConfigureAwait(false);
            }
#pragma warning disable CA1031 // As above.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                NamespaceLog.RecoveryFailed(_namespace.Logger, exception, _namespace.Path.Value, socket.Id);
            }
        }
    }

    private sealed record LastOffset(StreamOffset Offset);

    // By its own clock, as the store does. Nobody can come back for them, and what their handlers still answer nobody asks for.
    private void ForgetExpired()
    {
        while (_released.TryPeek(out (RecoverableSession Session, TimeSpan At) first) && _environment.Now - first.At > _environment.Options.Sessions.Window
            && _released.TryDequeue(out first))
        {
            if (first.Session.Socket is null && first.Session.Released == first.At)
            {
                _sessions.TryRemove(new KeyValuePair<string, RecoverableSession>(first.Session.Id, first.Session));
            }
        }
    }
}
