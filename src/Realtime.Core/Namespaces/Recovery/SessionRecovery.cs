using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Rooms;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The sessions of one namespace on this node: begins them, takes them up again, lets go of them.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SessionRecovery : ISessionOwner
{
    private readonly Namespace _namespace;
    private readonly RecoveryEnvironment _environment;
    private readonly HeldSessions _sessions;
    private readonly AwayControls _away;

    internal SessionRecovery(Namespace owner, RecoveryEnvironment environment)
    {
        _namespace = owner;
        _environment = environment;
        Rooms = new SessionRooms(owner, environment);
        _sessions = new HeldSessions(environment);
        Receipts = new DeliveryReceipts(_sessions, environment.TimeProvider);
        _away = new AwayControls(owner, environment);
        Upkeep = new SessionUpkeep(owner, environment, _sessions, this);
        Messages = new ClientMessages(owner, Rooms.Reader, Receipts);
    }

    internal SessionRooms Rooms { get; }

    /// <summary>Gets how far the namespace has been numbered.</summary>
    internal NamespaceOrder Order { get; } = new();

    internal ClientMessages Messages { get; }

    internal SessionUpkeep Upkeep { get; }

    internal DeliveryReceipts Receipts { get; }

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
        RecoverableSession? live = request.SessionId is { } known ? await Upkeep.FindAsync(known).ConfigureAwait(false) : null;
        if (request.SessionId is not { } id || (request.IsStock ? live?.Sent is null : live?.Sent is not null))
        {
            return null; // what a stock client was sent only the node knows that has sent it
        }

        var claim = new SessionClaimRequest
        {
            Namespace = _namespace.Path,
            Id = id,
            UserId = socket.UserId,
            Attempt = request.IsStock ? live!.Sent!.NextAttempt() : request.Attempt,
            Owner = this,
            LiveFence = live?.Ownership.Fence ?? 0,
        };
        SessionClaim claimed = await _environment.Store.ClaimAsync(claim, CancellationToken.None).ConfigureAwait(false);
        if (claimed.Status == ClaimStatus.Superseded && !request.IsStock)
        {
            return Refusal.WithCode("superseded", "A later attempt of this client has connected");
        }

        ObjectDisposedException.ThrowIf(live is { IsLost: true }, typeof(RecoverableSession)); // lost while it was claimed: its client comes back, and claims it without what is held here
        if (claimed.Record is { } record)
        {
            // One that comes from elsewhere was told there, or begins with other logs anyway.
            bool isOurs = live is not null && live.Ownership == record.Ownership;
            _ = isOurs ? live!.Record = record : null;
            await GoOnAsync(socket, request, isOurs ? live! : new RecoverableSession(record, _environment, Order), isOurs).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>A socket is about to be confirmed.</summary>
    internal ValueTask PrepareAsync(RealtimeSocket socket) => socket.Recovery is { Start: { IsRecovered: false } start } session
        ? Rooms.PrepareAsync(session, (SequencedRecipient)socket.Recipient, FirstRooms.Of(socket, start.RoomsToJoin()))
        : default;

    /// <summary>Brings a socket that was confirmed into its rooms. What it missed follows by itself.</summary>
    internal async ValueTask EnterAsync(RealtimeSocket socket, SequencedRecipient recipient, SessionStart start)
    {
        RecoverableSession session = start.Session;
        if (recipient is StockRecipient stock)
        {
            StockReplay.OnAnswered(stock, start, _namespace, _environment.Options);
        }
        else if (start.IsRecovered)
        {
            // What it missed does not wait for a handler that still runs.
            _ = Rooms.CatchUpAsync(socket, await Rooms.ReturnAsync(session, recipient, start.Streams).ConfigureAwait(false));
        }

        if (start.IsRecovered)
        {
            await (start.Before?.Inbox.Running ?? Task.CompletedTask).ConfigureAwait(false); // one message of a client at a time, also across its connections
        }

        foreach (string room in start.RoomsToJoin())
        {
            await Rooms.JoinAsync(session, recipient, room).ConfigureAwait(false);
        }
    }

    /// <summary>The socket of a session has ended, or was never confirmed.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="session">Its session.</param>
    /// <param name="isOver">Whether one side has said so; otherwise the client may come back.</param>
    internal void OnEnded(RealtimeSocket socket, RecoverableSession session, bool isOver)
    {
        BackgroundEnd.Run(Rooms.Logs.CloseAllAsync((SequencedRecipient)socket.Recipient), socket);
        if (!session.Detach(socket))
        {
            return; // it has another one by now
        }

        if (isOver || session.IsOver)
        {
            session.IsOver = true;
            _sessions.Remove(session);
            BackgroundEnd.Run(isOver || !session.IsLost ? _environment.Store.RemoveAsync(session.Ownership, CancellationToken.None) : default, socket); // what may be another node's stays
        }
        else
        {
            session.Control.Leave();
            _sessions.Release(session);
            BackgroundEnd.Run(_environment.Store.ReleaseAsync(session.Ownership, handedOver: false, CancellationToken.None), socket);
        }
    }

    /// <summary>Gets what still runs for clients that are here or were a moment ago.</summary>
    internal IEnumerable<Task> Running => _sessions.All.Select(static session => session.WhenIdleAsync());

    /// <summary>The server stops: hands over every session that is left, so that another node goes on with it at once.</summary>
    internal async ValueTask HandOverAsync(CancellationToken cancellationToken)
    {
        foreach (RecoverableSession session in _sessions.All)
        {
            await _environment.Store.ReleaseAsync(session.Ownership, handedOver: true, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask YieldAsync(SessionOwnership session, CancellationToken cancellationToken)
    {
        await Upkeep.WhenLeftAsync(session.Id).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_sessions.Find(session.Id) is { } found && found.Ownership.Fence <= session.Fence)
        {
            _sessions.Remove(found);
            if (found.LastSocket is { } socket)
            {
                socket.Session.Drop(socket, discard: true);
                await found.WhenIdleAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            found.Lose();
        }
    }

    private async ValueTask GoOnAsync(RealtimeSocket socket, RecoveryRequest request, RecoverableSession session, bool isOurs)
    {
        bool isOver = session.Socket is null && !await _away.ApplyAsync(socket, session).ConfigureAwait(false);
        StockReplay? replay = null;
        if (!isOver && request.Shown is { } shown)
        {
            replay = isOurs ? await StockReplay.PrepareAsync(_namespace.Path, _environment.Backplane, Rooms, session, shown).ConfigureAwait(false) : null;
            isOver = replay is null; // nothing rather than a part
        }

        if (!isOver)
        {
            TakeUp(socket, request, session, replay);
            return;
        }

        session.IsOver = true;
        _sessions.Remove(session);
        session.Socket?.Session.Drop(session.Socket);
        await _environment.Store.RemoveAsync(session.Ownership, CancellationToken.None).ConfigureAwait(false);
    }

    private void TakeUp(RealtimeSocket socket, RecoveryRequest request, RecoverableSession session, StockReplay? replay)
    {
        _sessions.Add(session);
        var start = new SessionStart(session, request.Streams, isRecovered: true, session.LastSocket) { Replay = replay };
        if (replay is not null)
        {
            socket.Inherit(session.LastSocket);
        }

        if (start.GiveTo(socket) is { } before)
        {
            before.Session.Drop(before); // its connection is dead, or its client has a newer one
        }
    }

    private async ValueTask CreateAsync(RealtimeSocket socket, RecoveryRequest request)
    {
        // Asked first: a backplane that keeps no logs cannot give what the extension promises.
        if (await _environment.Backplane.OpenLogAsync(_namespace.Path, Publication.ControlLog, CancellationToken.None).ConfigureAwait(false) is not { } controls)
        {
            return;
        }

        Order.BeginControls(controls.Position);

        var wanted = new SessionRecord { Id = RandomId.Create(), Namespace = _namespace.Path, SocketId = socket.Id, UserId = socket.UserId, Attempt = request.Attempt };
        SessionRecord? record = await _environment.Store.CreateAsync(wanted, this, CancellationToken.None).ConfigureAwait(false);
        await _environment.Backplane.CloseLogAsync(_namespace.Path, Publication.ControlLog, CancellationToken.None).ConfigureAwait(false);
        if (record is null)
        {
            return;
        }

        var session = new RecoverableSession(record, _environment, Order) { Sent = request.IsStock ? new SentPositions(_environment.Options.StockHistory) : null };
        _sessions.Add(session);
        var start = new SessionStart(session, request.Streams, isRecovered: false, before: null);
        start.Join("");
        start.Join(session.SocketId);
        start.GiveTo(socket);
    }
}
