using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What a server keeps of a client that recovers, over all its connections: where it is member, what it has sent, and which socket it has now.</summary>
/// <remarks>Thread-safe. Which socket it has is guarded by <c>_gate</c>.</remarks>
internal sealed class RecoverableSession
{
    private static readonly EventPayload s_nothing = new("[]"u8.ToArray(), []);

    private readonly Lock _gate = new();
    private readonly RecoveryEnvironment _environment;
    private readonly OpenMessages _open = new();
    private RealtimeSocket? _socket;
    private int _connection;
    private int _isResending;

    internal RecoverableSession(SessionRecord record, RecoveryEnvironment environment)
    {
        _environment = environment;
        Id = record.Id;
        SocketId = record.SocketId;
        Ownership = record.Ownership;
        Window = new ReceiveWindow(record, environment.Options.ClientWindow);
        foreach (SessionRoom room in record.Rooms)
        {
            Memberships.Add(new MembershipInterval(room.Room, room.Joined, room.JoinedOrder) { LeftOrder = room.LeftOrder, LeftAt = environment.Now, Replaced = room.Replaced });
        }
    }

    /// <summary>Gets the private id, a secret between the client and the server.</summary>
    internal string Id { get; }

    /// <summary>Gets the id of the socket, the same over all connections.</summary>
    internal string SocketId { get; }

    /// <summary>Gets the right to write what is stored of it.</summary>
    internal SessionOwnership Ownership { get; }

    /// <summary>Gets where it was member, and when.</summary>
    internal MembershipHistory Memberships { get; } = new();

    /// <summary>Gets what the client has sent.</summary>
    internal ReceiveWindow Window { get; }

    /// <summary>Gets how far joins, leaves and disconnects of the namespace were applied to it.</summary>
    internal ControlPosition Control { get; } = new();

    /// <summary>Gets the positions that the client has reported.</summary>
    internal ReachedPositions Reached { get; } = new();

    /// <summary>Gets what a client of Socket.IO's own recovery was sent; <see langword="null"/> of one that speaks the extension.</summary>
    internal SentPositions? Sent { get; init; }

    /// <summary>Gets or sets a value indicating whether it has ended, or has another owner: nothing is sent or written for it any more.</summary>
    internal bool IsOver { get; set; }

    // When its client was lost last, on the clock of the server.
    internal TimeSpan Released { get; set; }

    /// <summary>Gets the socket that it had last. Its handler may still run.</summary>
    internal RealtimeSocket? LastSocket { get; private set; }

    /// <summary>Gets what its socket begins with; <see langword="null"/> when it has begun.</summary>
    internal SessionStart? Start { get; private set; }

    internal bool IsRecovered { get; private set; }

    /// <summary>Gets the socket that it has now.</summary>
    internal RealtimeSocket? Socket
    {
        get
        {
            lock (_gate)
            {
                return _socket;
            }
        }
    }

    /// <summary>Gives the session another socket.</summary>
    /// <returns>The one before; the new one itself when that comes too late, because its client has come back once more.</returns>
    internal RealtimeSocket? Attach(RealtimeSocket socket, SessionStart start)
    {
        lock (_gate)
        {
            if (Sent?.TryBegin(socket.Recipient, start.Replay?.Number ?? 0) == false)
            {
                return socket;
            }

            RealtimeSocket? before = _socket;
            _socket = LastSocket = socket;
            Start = start;
            IsRecovered = start.IsRecovered;
            _connection = Window.Attach();
            return before;
        }
    }

    /// <summary>The socket is confirmed.</summary>
    /// <returns>What it begins with; <see langword="null"/> when the session has another one by now.</returns>
    internal SessionStart? TakeStart(RealtimeSocket socket)
    {
        lock (_gate)
        {
            SessionStart? start = _socket == socket ? Start : null;
            Start = start is null ? Start : null;
            return start;
        }
    }

    /// <summary>Takes the socket away, unless it has another one by now.</summary>
    /// <returns>Whether it was taken.</returns>
    internal bool Detach(RealtimeSocket socket)
    {
        lock (_gate)
        {
            if (_socket != socket)
            {
                return false;
            }

            _socket = null;
            LastSocket = Start is { } never ? never.Before : LastSocket; // one that was never confirmed has nothing that could run
            Start = null;
            Window.Detach();
            return true;
        }
    }

    /// <summary>Takes a numbered message of the client.</summary>
    /// <returns>What it is. A new one is to be answered under <see cref="MessageHandle.Of"/>.</returns>
    internal TakenMessage Take(RealtimeSocket from, MessageNumber message, AckId id)
    {
        lock (_gate)
        {
            if (_socket != from)
            {
                return new TakenMessage(TakeOutcome.Stale, default);
            }

            TakenMessage taken = Window.Take(message.Number, message.Low, new AckAddress(id, _connection));
            if (taken.Outcome == TakeOutcome.New)
            {
                _open.Add(message.Number);
            }

            return taken;
        }
    }

    /// <summary>Answers a message: stores the answer, then sends it under the id that the client asked with last.</summary>
    internal void Answer(RealtimeSocket from, AckId? id, EventPayload payload)
    {
        if (id is not { } known)
        {
            return;
        }

        if (!MessageHandle.TryRead(known, out long number))
        {
            from.SendAnswer(known, payload);
            return;
        }

        if (!_open.TryClose(number))
        {
            return;
        }

        ValueTask<bool> saved = _environment.Store.SaveAsync(
            new SessionChange { Session = Ownership, Ack = new StoredAck(number, payload), Confirmed = Window.Confirmed }, CancellationToken.None);
        if (saved.IsCompletedSuccessfully)
        {
            OnSaved(saved.Result, number, payload);
        }
        else
        {
            _ = AwaitAsync(saved, number, payload);
        }
    }

    /// <summary>The handler of a message has ended. Whoever has not answered by then, and has not said that it will, has nothing to answer.</summary>
    internal void Settle(RealtimeSocket from, AckId? id)
    {
        if (id is { } known && MessageHandle.TryRead(known, out long number) && !_open.IsDeferred(number))
        {
            Answer(from, known, s_nothing);
        }
    }

    /// <summary>Gets the number of the message that is answered under an id; <see langword="null"/> of one without a number.</summary>
    internal static long? NumberOf(AckId? id) => id is { } known && MessageHandle.TryRead(known, out long number) ? number : null;

    /// <summary>The answer to a message comes after its handler has ended.</summary>
    internal void Defer(AckId? id)
    {
        if (id is { } known && MessageHandle.TryRead(known, out long number))
        {
            _open.Defer(number);
        }
    }

    /// <summary>Begins to send something again: one request at a time.</summary>
    internal bool TryBeginResend() => Interlocked.Exchange(ref _isResending, 1) == 0;

    internal void EndResend() => Volatile.Write(ref _isResending, 0);

    /// <summary>Stores where the session is member.</summary>
    internal async ValueTask SaveRoomsAsync()
    {
        SessionRoom[] rooms =
        [
            .. Memberships.Intervals.Select(static stay => new SessionRoom(stay.Room, stay.Joined, stay.JoinedOrder) { LeftOrder = stay.LeftOrder, Replaced = stay.Replaced }),
        ];
        if (!await _environment.Store.SaveAsync(new SessionChange { Session = Ownership, Rooms = rooms }, CancellationToken.None).ConfigureAwait(false))
        {
            Drop();
        }
    }

    private async Task AwaitAsync(ValueTask<bool> saving, long number, EventPayload payload) => OnSaved(await saving.ConfigureAwait(false), number, payload);

    private void OnSaved(bool isStored, long number, EventPayload payload)
    {
        if (!isStored)
        {
            Drop();
        }
        else if (Window.Complete(number, payload) is { } onWire)
        {
            Socket?.SendAnswer(onWire.Id, payload);
        }
    }

    // Another node has the session now, or it has ended. Its client is told nothing: it is there already.
    private void Drop()
    {
        IsOver = true;
        Socket?.Connection.Close(Connections.CloseReason.Replaced);
    }
}
