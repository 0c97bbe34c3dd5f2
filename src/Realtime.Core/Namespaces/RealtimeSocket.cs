using System.Security.Claims;
using Realtime.Core.Acks;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>One client in one namespace: what handlers hold.</summary>
/// <remarks>Thread-safe. After the socket has disconnected its methods do nothing, except those that wait for an answer: they fail.</remarks>
public sealed class RealtimeSocket : EventTarget
{
    private readonly ClientSession _session;
    private SocketItems? _items;
    private CancellationTokenSource? _disconnected;
    private IReadOnlyList<string>? _lastRooms;
    private long _provenTicks;

    internal RealtimeSocket(Namespace owner, ClientSession session, ReadOnlyMemory<byte> auth)
    {
        Owner = owner;
        _session = session;
        Auth = new EventArgument(auth.IsEmpty ? "{}"u8.ToArray() : auth, []);
        Recipient = new Recipient(RandomId.Create(), session.Connection, session.Codec, this);
        Inbox = new SocketInbox(this, session);
    }

    /// <summary>Gets the id: public, different in each namespace and for each connection, and the name of the socket's private room.</summary>
    public string Id => Recipient.Id;

    /// <summary>Gets the namespace.</summary>
    public RealtimeNamespace Namespace => Owner.Public;

    /// <summary>Gets the connection, which all sockets of the client share. Its id is a secret.</summary>
    public Connection Connection => _session.Connection;

    /// <summary>Gets the request that opened the connection.</summary>
    public IHandshake Handshake => _session.Connection.Handshake;

    /// <summary>Gets what the client sent to authenticate in this namespace; an empty object when it sent nothing.</summary>
    public EventArgument Auth { get; }

    /// <summary>Gets or sets who the client is. Set it in a middleware of the namespace.</summary>
    public ClaimsPrincipal User { get => field ?? Handshake.User; set; }

    /// <summary>Gets or sets the id of the user, for emits to all sockets of a user. Found in the claims; counts when the connection is confirmed, so change it in a middleware.</summary>
    public string? UserId { get; set; }

    /// <summary>Gets what the application keeps with the socket, on this node.</summary>
    public SocketItems Items => _items ?? Interlocked.CompareExchange(ref _items, new SocketItems(), null) ?? _items;

    /// <summary>Gets or sets what the application makes public of the socket: fetching sockets brings it, also from other nodes. Has to be serialisable.</summary>
    public object? Data { get; set; }

    /// <summary>Gets the rooms that the socket is in, its private one first. While a disconnect is handled, those it was in.</summary>
    public IReadOnlyList<string> Rooms => _lastRooms ?? Owner.Index.RoomsOf(Recipient);

    /// <summary>Gets a value indicating whether the socket is connected: after all middlewares, until the disconnect.</summary>
    public bool IsConnected => Phase == SocketPhase.Connected;

    /// <summary>Gets the name of the transport in use.</summary>
    public string TransportName => _session.Connection.Transport.Name;

    /// <summary>Gets the number of unsent bytes of the connection.</summary>
    public long BufferedBytes => _session.Connection.Outbound.BufferedBytes;

    /// <summary>Gets a value indicating whether something emitted now would go out at once.</summary>
    public bool IsWritable => _session.Connection.Outbound.IsWritable;

    /// <summary>Gets a value indicating whether the client has come back: with the same id, in the same rooms, and it gets what it missed.</summary>
    public bool IsRecovered => Recovery?.IsRecovered == true;

    /// <summary>Gets a token that is cancelled when the socket disconnects.</summary>
    public CancellationToken Disconnected
    {
        get
        {
            CancellationTokenSource source = _disconnected ?? Interlocked.CompareExchange(ref _disconnected, new CancellationTokenSource(), null) ?? _disconnected;
            if (Phase == SocketPhase.Disconnected)
            {
                source.Cancel();
            }

            return source.Token;
        }
    }

    /// <summary>Gets this socket, where an event is dropped that cannot go out at once.</summary>
    public SocketEmitter Volatile => new(this, EmitFlags.Default with { IsVolatile = true });

    /// <summary>Gets everybody in the namespace but this socket.</summary>
    public Emitter Broadcast => new(Owner, Audience.Everyone with { Sender = Id }, EmitFlags.Default);

    internal Namespace Owner { get; }

    internal Recipient Recipient { get; set; }

    // The session of a client that recovers.
    internal RecoverableSession? Recovery => (Recipient as SequencedRecipient)?.Session as RecoverableSession;

    internal SocketInbox Inbox { get; }

    internal PendingAcks Acks { get; } = new();

    internal SocketPhase Phase { get; set; }

    internal ClientSession Session => _session;

    internal string? Occupies { get; set; } // what its Occupancy has counted for it

    // If an authenticator or the transport gave one.
    internal TicketSession? Ticket { get; set; }

    /// <summary>Gets or sets when the client showed who it is.</summary>
    internal DateTimeOffset Proven { get => new(_provenTicks, TimeSpan.Zero); set => _provenTicks = value.UtcTicks; }

    private protected override PayloadSerializer Serializer => Owner.Serializer;

    /// <summary>Reads what the client sent to authenticate.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The value.</returns>
    public T? GetAuth<T>() => Owner.Serializer.Deserialize<T>(Auth);

    /// <summary>Addresses rooms, without this socket.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>The audience.</returns>
    public Emitter To(params ReadOnlySpan<string> rooms) => Broadcast.To(rooms);

    /// <summary>The same as <see cref="To"/>.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>The audience.</returns>
    public Emitter In(params ReadOnlySpan<string> rooms) => Broadcast.To(rooms);

    /// <summary>Addresses everybody but this socket and the members of rooms.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>The audience.</returns>
    public Emitter Except(params ReadOnlySpan<string> rooms) => Broadcast.Except(rooms);

    /// <summary>Says whether transports that can compress should do so.</summary>
    /// <param name="compress">Whether to compress.</param>
    /// <returns>This socket with that choice.</returns>
    public SocketEmitter Compress(bool compress) => new(this, EmitFlags.Default with { Compress = compress });

    /// <summary>Sets how long an acknowledgement is waited for.</summary>
    /// <param name="timeout">The time.</param>
    /// <returns>This socket with that time.</returns>
    public SocketEmitter WithTimeout(TimeSpan timeout) => new(this, EmitFlags.Default with { Timeout = timeout });

    /// <inheritdoc cref="SocketEmitter.EmitAsync{TPayload, TAck}" />
    public ValueTask<TAck?> EmitAsync<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default) =>
        new SocketEmitter(this, EmitFlags.Default).EmitAsync(realtimeEvent, payload, cancellationToken);

    /// <inheritdoc cref="SocketEmitter.EmitWithAckAsync" />
    public ValueTask<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments) =>
        new SocketEmitter(this, EmitFlags.Default).EmitWithAckAsync(eventName, arguments);

    /// <summary>Joins rooms.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>A task that completes when the socket gets what is sent to the rooms.</returns>
    /// <exception cref="RoomForbiddenException">A rule of the namespace refused one of the rooms; none was joined.</exception>
    public ValueTask JoinAsync(params ReadOnlySpan<string> rooms) => Owner.Pipeline.Access.JoinAsync(this, rooms);

    /// <summary>Leaves rooms.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>A task that completes when the socket has left.</returns>
    public ValueTask LeaveAsync(params ReadOnlySpan<string> rooms) => Owner.Pipeline.Access.LeaveAsync(this, rooms);

    /// <summary>Disconnects the client from the namespace. It will not reconnect by itself.</summary>
    /// <param name="closeConnection">Whether to close the whole connection, with all its namespaces.</param>
    /// <returns>A task that completes when the client has been told.</returns>
    public ValueTask DisconnectAsync(bool closeConnection = false)
    {
        if (closeConnection)
        {
            _session.DisconnectAll();
        }
        else
        {
            _session.Disconnect(this);
        }

        return default;
    }

    internal void SendEvent(EventPayload payload, AckId? ackId, EmitFlags flags)
    {
        Owner.Pipeline.NotifyOutgoing(this, payload);
        Send(new Packet { Kind = PacketKind.Event, Namespace = Owner.Path.Utf8Memory, AckId = ackId, Data = payload.Data, Attachments = payload.Attachments }, flags);
    }

    /// <summary>Acknowledges a message. That of a client that recovers may have come again meanwhile, under another id.</summary>
    internal void SendAck(AckId id, EventPayload payload) => ClientMessages.Acknowledge(this, id, payload);

    internal void SendAnswer(AckId id, EventPayload payload) =>
        Send(new Packet { Kind = PacketKind.Ack, Namespace = Owner.Path.Utf8Memory, AckId = id, Data = payload.Data, Attachments = payload.Attachments }, EmitFlags.Default);

    internal bool Send(in Packet packet, EmitFlags flags)
    {
        if (Phase == SocketPhase.Disconnected)
        {
            return false;
        }

        SheddingRule rule = Owner.RuleFor(in packet, flags.IsVolatile, flags.ConflationKey);
        Packet marked = Recipient is StockRecipient && packet is { Kind: PacketKind.Event, AckId: null } ? packet with { Tail = Owner.NextTail() } : packet;
        EncodedPacket encoded = PacketEncoder.Encode(Recipient.Codec, in marked, flags.Compress, in rule);
        Owner.Meter.MessagesSent(1, encoded.Length);
        bool sent = Recipient.SendMarked(encoded, marked.Tail, flags.IsVolatile);
        encoded.Release();
        return sent;
    }

    internal ValueTask<EventArguments> AskAsync(string eventName, EventPayload payload, EmitFlags flags, CancellationToken cancellationToken)
    {
        ulong id = Owner.NextAckId();
        var request = new AckRequest(Owner.Wheel, Acks, id, eventName, flags.Timeout ?? Owner.AckTimeout);
        return EventContext.IsHandling(_session) ? _session.Budget.AskAsync(request, Ask, cancellationToken) : request.RunAsync(Ask, cancellationToken);

        bool Ask()
        {
            SendEvent(payload, new AckId(id), flags);
            return Phase != SocketPhase.Disconnected;
        }
    }

    /// <summary>Nothing is sent or asked any more. The rooms stay visible until the handlers of the disconnect have run.</summary>
    internal void Detach()
    {
        _lastRooms = Owner.Index.RoomsOf(Recipient);
        Phase = SocketPhase.Disconnected;
        Ticket?.Stop();
        Acks.Close();
        Owner.PlainRooms.Remove(Recipient);
        Owner.Occupancy.Leave(this);
        _disconnected?.Cancel();
    }

    /// <summary>Goes on with what the application has kept with the socket before.</summary>
    internal void Inherit(RealtimeSocket? before) => (Data, _items) = (Data ?? before?.Data, _items ?? before?._items);

    internal void ForgetRooms() => _lastRooms = [];

    private protected override ValueTask SendAsync(string eventName, EventPayload payload, CancellationToken cancellationToken) =>
        SocketEmitter.EmitAsync(this, payload, EmitFlags.Default, cancellationToken);
}
