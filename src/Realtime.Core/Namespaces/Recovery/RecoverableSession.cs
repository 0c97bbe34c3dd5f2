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
    private readonly StayWriter _stays = new();
    private RealtimeSocket? _socket;
    private int _connection;
    private Task _before = Task.CompletedTask; // what ran on its earlier connections

    internal RecoverableSession(SessionRecord record, RecoveryEnvironment environment, NamespaceOrder order)
    {
        Control = new ControlPosition(order);
        _environment = environment;
        Id = record.Id;
        SocketId = record.SocketId;
        Record = record;
        Window = new ReceiveWindow(record, environment.Options.ClientWindow);
        StoredStays.Restore(record.Rooms, this, environment.Now);
    }

    /// <summary>Gets the private id, a secret between the client and the server.</summary>
    internal string Id { get; }

    /// <summary>Gets the id of the socket, the same over all connections.</summary>
    internal string SocketId { get; }

    /// <summary>Gets the right to write what is stored of it.</summary>
    internal SessionOwnership Ownership => Record.Ownership;

    internal SessionRecord Record { get; set => field = value with { Rooms = [], Acks = [] }; } // as it was stored last

    /// <summary>Gets where it was member, and when.</summary>
    internal MembershipHistory Memberships { get; } = new();

    /// <summary>Gets what the client has sent.</summary>
    internal ReceiveWindow Window { get; }

    /// <summary>Gets how far joins, leaves and disconnects of the namespace were applied to it.</summary>
    internal ControlPosition Control { get; }

    /// <summary>Gets the positions that the client has reported.</summary>
    internal ReachedPositions Reached { get; } = new();

    /// <summary>Gets what a client of Socket.IO's own recovery was sent; <see langword="null"/> of one that speaks the extension.</summary>
    internal SentPositions? Sent { get; init; }

    /// <summary>Gets or sets a value indicating whether it has ended, or has another owner: nothing is sent or written for it any more.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Gets a value indicating whether it is over here because another node has it, or may have: no handler starts for it any more.</summary>
    internal bool IsLost { get; private set; }

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

            _before = Task.WhenAll(_before, LastSocket?.Inbox.Running ?? Task.CompletedTask);
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
        if (!MessageHandle.TryRead(id, out long number))
        {
            if (id is { } onWire)
            {
                from.SendAnswer(onWire, payload);
            }

            return;
        }

        if (!_open.TryClose(number))
        {
            return;
        }

        var change = new SessionChange { Session = Ownership, Ack = new StoredAck(number, payload), Confirmed = Window.Confirmed };
        ValueTask<bool> saved = _environment.Store.SaveAsync(change, CancellationToken.None);
        if (saved.IsCompletedSuccessfully)
        {
            _open.OnStored();
            OnSaved(saved.Result, number, payload);
        }
        else
        {
            _ = AwaitAsync(from, saved, change, payload);
        }
    }

    /// <summary>The handler of a message has ended. Whoever has not answered by then, and has not said that it will, has nothing to answer.</summary>
    internal void Settle(RealtimeSocket from, AckId? id)
    {
        if (MessageHandle.TryRead(id, out long number) && !_open.IsDeferred(number))
        {
            Answer(from, id, s_nothing);
        }
    }

    /// <summary>The answer to a message comes after its handler has ended.</summary>
    internal void Defer(AckId? id)
    {
        if (MessageHandle.TryRead(id, out long number))
        {
            _open.Defer(number);
        }
    }

    /// <summary>Waits until its handler has ended, which may still emit to its own client, and until the answers are stored: the next owner would handle these messages again.</summary>
    internal Task WhenIdleAsync() => _open.WhenIdleAsync(Task.WhenAll(_before, LastSocket?.Inbox.Running ?? Task.CompletedTask));

    /// <summary>Stores where the session is member.</summary>
    internal ValueTask SaveRoomsAsync() => _stays.WriteAsync(this, _environment.Store);

    private async Task AwaitAsync(RealtimeSocket from, ValueTask<bool> saving, SessionChange change, EventPayload payload)
    {
        bool? stored = await AnswerWriter.WriteAsync(this, from, saving, change, _environment).ConfigureAwait(false);
        _open.OnStored();
        if (stored is { } isStored)
        {
            OnSaved(isStored, change.Ack!.Number, payload);
        }
    }

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

    internal void Lose() => IsLost = IsOver = true;

    // Another node has the session now, or it has ended. Its client is told nothing: it is there already.
    internal void Drop()
    {
        Lose();
        Socket?.Connection.Close(Connections.CloseReason.Replaced);
    }
}
