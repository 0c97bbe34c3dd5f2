using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What a server keeps of a client that recovers, over all its connections: where it is member, what it has sent, and which socket it has now.</summary>
/// <remarks>Thread-safe. Which socket it has is guarded by <c>_gate</c>.</remarks>
internal sealed class RecoverableSession
{
    // Ids of acknowledgements have at most 38 digits, so this bit is free: it tells those of messages without a number, which go back as they came.
    private static readonly UInt128 s_unnumbered = UInt128.One << 127;

    private static readonly EventPayload s_nothing = new("[]"u8.ToArray(), []);

    private readonly Lock _gate = new();
    private readonly RecoveryEnvironment _environment;
    private readonly HashSet<long> _deferred = [];
    private RealtimeSocket? _socket;

    internal RecoverableSession(SessionRecord record, RecoveryEnvironment environment)
    {
        _environment = environment;
        Id = record.Id;
        SocketId = record.SocketId;
        Ownership = record.Ownership;
        Window = new ReceiveWindow(environment.Options.ClientWindow, record);
        foreach (SessionRoom room in record.Rooms)
        {
            Memberships.Restore(new MembershipInterval(room.Room, room.Joined, room.JoinedOrder) { LeftOrder = room.LeftOrder, LeftAt = environment.Now });
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

    /// <summary>Gets the positions that the client has reported.</summary>
    internal ReachedPositions Reached { get; } = new();

    /// <summary>Gets or sets a value indicating whether it has ended, or has another owner: nothing is sent or written for it any more.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Gets or sets a value indicating whether something is being sent again: one request at a time.</summary>
    internal bool IsResending { get; set; }

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

    /// <summary>Makes the id under which handlers answer a message: its number, whatever id the client asks with.</summary>
    internal static AckId IdOf(long number) => new((UInt128)(ulong)number);

    /// <summary>Makes the id under which a message without a number is answered.</summary>
    internal static AckId IdOf(AckId onWire) => new(onWire.Value | s_unnumbered);

    /// <summary>Gives the session another socket.</summary>
    /// <returns>The one before.</returns>
    internal RealtimeSocket? Attach(RealtimeSocket? socket)
    {
        lock (_gate)
        {
            RealtimeSocket? before = _socket;
            _socket = socket;
            return before;
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
            return true;
        }
    }

    /// <summary>Answers a message: stores the answer, then sends it under the id that the client asked with last.</summary>
    internal void Answer(RealtimeSocket from, AckId id, EventPayload payload)
    {
        if ((id.Value & s_unnumbered) != 0)
        {
            from.SendAnswer(new AckId(id.Value & ~s_unnumbered), payload);
            return;
        }

        long number = (long)(ulong)id.Value;
        if (!Window.TryBeginAnswer(number))
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
        if (id is { } known && (known.Value & s_unnumbered) == 0 && !IsDeferred((long)(ulong)known.Value))
        {
            Answer(from, known, s_nothing);
        }
    }

    /// <summary>The answer to a message comes after its handler has ended.</summary>
    internal void Defer(AckId id)
    {
        lock (_gate)
        {
            _deferred.Add((long)(ulong)id.Value);
        }
    }

    /// <summary>Stores where the session is member.</summary>
    internal async ValueTask SaveRoomsAsync()
    {
        SessionRoom[] rooms =
        [
            .. Memberships.Intervals.Select(static stay => new SessionRoom(stay.Room, stay.Joined, stay.JoinedOrder) { LeftOrder = stay.LeftOrder }),
        ];
        if (!await _environment.Store.SaveAsync(new SessionChange { Session = Ownership, Rooms = rooms }, CancellationToken.None).ConfigureAwait(false))
        {
            Drop();
        }
    }

    private bool IsDeferred(long number)
    {
        lock (_gate)
        {
            return _deferred.Remove(number);
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
            Socket?.SendAnswer(onWire, payload);
        }
    }

    // Another node has the session now, or it has ended. Its client is told nothing: it is there already.
    private void Drop()
    {
        IsOver = true;
        Socket?.Connection.Close(Connections.CloseReason.Replaced);
    }
}
