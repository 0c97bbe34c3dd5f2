using System.Security.Claims;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces;

/// <summary>One message from a client, as its handler sees it.</summary>
/// <remarks>May be kept after the handler has ended, for example to acknowledge later.</remarks>
public sealed class EventContext : IPublisher
{
    private static readonly object s_answered = new();

    [ThreadStatic]
    private static EventContext? s_current;

    private readonly AckId? _ackId;
    private readonly ulong _number;
    private object? _answered; // s_answered when it was; an OnceCall, which knows by itself, where the answer is kept: one field, because every message has it
    private MessageEmits? _emits;
    private List<(IDeferredFanOut FanOut, long Number)>? _published;

    internal EventContext(RealtimeSocket socket, string eventName, AckId? ackId)
    {
        Socket = socket;
        EventName = eventName;
        _ackId = ackId;
        _number = socket.Inbox.NextNumber();
    }

    /// <summary>Gets the socket that the message came from.</summary>
    public RealtimeSocket Socket { get; }

    /// <summary>Gets the namespace, for emits to others than the sender.</summary>
    public RealtimeNamespace Namespace => Socket.Namespace;

    /// <summary>Gets the name of the event.</summary>
    public string EventName { get; }

    /// <summary>Gets the arguments as they came. In a typed handler it is empty: the payload was read from them already.</summary>
    public EventArguments Arguments { get; internal set; } = EventArguments.Empty;

    /// <summary>Gets who the client is.</summary>
    public ClaimsPrincipal User => Socket.User;

    /// <summary>Gets a value indicating whether the client waits for an acknowledgement.</summary>
    public bool WantsAck => _ackId is not null;

    /// <summary>Gets an identity of the message, unique among all messages.</summary>
    /// <remarks>
    /// That of a numbered message of a client that recovers is the same when it is handled again after a crash. All others are different each time.
    /// </remarks>
    public string MessageId => Socket.Recovery is null ? $"{Socket.Id}:{_number}"
        : MessageHandle.TryRead(_ackId, out long number) ? $"{Socket.Id}:{number}" : $"{Socket.Id}:~{((SequencedRecipient)Socket.Recipient).Instance}.{_number}";

    /// <summary>Gets a token that is cancelled when the socket disconnects.</summary>
    public CancellationToken Disconnected => Socket.Disconnected;

    /// <summary>Reads an argument.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <param name="index">Its place, from 0. A missing one is read as null.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidPayloadException">The argument does not fit the type. Not caught by the handler, it refuses the event.</exception>
    public T? Get<T>(int index)
    {
        if (index >= Arguments.Count)
        {
            return default;
        }

        return Socket.Owner.Serializer.TryDeserialize(Arguments[index], out T? value) is { } error ? throw new InvalidPayloadException(error) : value;
    }

    /// <summary>Acknowledges the message. Only the first acknowledgement is sent; nothing is when the client does not wait for one.</summary>
    /// <param name="arguments">The arguments of the acknowledgement.</param>
    /// <returns>A task that completes when it is in the queue.</returns>
    public ValueTask AckAsync(params ReadOnlySpan<object?> arguments)
    {
        if (WantsAnswer)
        {
            AckPayload(Socket.Owner.Serializer.SerializeAck(arguments));
        }

        return new ValueTask(Settled);
    }

    /// <summary>
    /// Says that the message is acknowledged after its handler has ended. Without it a client that recovers, which waits for an answer to each of its messages, then gets an empty one. To be
    /// called before the handler ends; means nothing for other clients.
    /// </summary>
    public void DeferAck() => Socket.Recovery?.Defer(_ackId);

    /// <summary>The handler has ended.</summary>
    internal void Settle() => Socket.Recovery?.Settle(Socket, _ackId);

    /// <summary>Gets what completes when an answer that is kept is kept and sent.</summary>
    internal Task Settled => _answered is OnceCall call ? call.Settled : Task.CompletedTask;

    private bool WantsAnswer => _answered is OnceCall call ? !call.IsAnswered : _ackId is not null && _answered is null;

    /// <summary>Tells whether this thread is inside a handler of a client, up to where the handler first waits for something.</summary>
    internal static bool IsHandling(ClientSession session) => s_current?.Socket.Session == session;

    /// <summary>Begins to run the handler on this thread.</summary>
    /// <returns>What the thread was in before: <see cref="Leave"/> puts it back.</returns>
    internal EventContext? Enter()
    {
        EventContext? outer = s_current;
        s_current = this;
        FlushScope.Current?.Publisher = this;
        if (Socket.Owner.AppendsOnce && MessageHandle.TryRead(_ackId, out _))
        {
            MessageEmits.Current = _emits ??= new MessageEmits(MessageId);
        }

        return outer;
    }

    internal static void Leave(EventContext? outer)
    {
        s_current = outer;
        if (MessageEmits.Current is not null)
        {
            MessageEmits.Current = outer?._emits;
        }

        FlushScope.Current?.Publisher = outer;
    }

    internal void Ack<T>(T answer)
    {
        if (WantsAnswer)
        {
            AckPayload(Socket.Owner.Serializer.SerializeAck(answer));
        }
    }

    internal void AckPayload(EventPayload payload)
    {
        if (_answered is OnceCall call)
        {
            if (call.TryTakeAnswer())
            {
                call.Answer(payload);
            }
        }
        else if (_ackId is not null && Interlocked.CompareExchange(ref _answered, s_answered, null) is null)
        {
            SendAnswer(payload);
        }
    }

    /// <summary>From now on the answer is kept for who asks again, also when the client asks for none. One that was sent before is not.</summary>
    internal void Keep(OnceCall call) => Interlocked.CompareExchange(ref _answered, call, null);

    /// <summary>Sends an acknowledgement that was taken, if the client waits for one.</summary>
    internal void SendAnswer(EventPayload payload)
    {
        if (_ackId is not { } id)
        {
            return;
        }

        // The handler has gone on elsewhere while the batch that it began in may still be gathering: what it emitted there comes before its acknowledgement.
        if (_published is not null && FlushScope.Current is null)
        {
            foreach ((IDeferredFanOut fanOut, long number) in _published)
            {
                fanOut.EnsureSent(number, Socket.Recipient);
            }
        }

        Socket.SendAck(id, payload);
    }

    /// <summary>Tells the client that the event is refused: as its acknowledgement, unless one was sent before, or by an event when it asked for none.</summary>
    internal void Refuse(EventRefusal refusal)
    {
        if (WantsAnswer)
        {
            AckPayload(refusal.ToAck());
        }

        if (!WantsAck)
        {
            refusal.Answer(Socket, EventName, ackId: null);
        }
    }

    void IPublisher.OnPublished(IDeferredFanOut fanOut, long number) => (_published ??= []).Add((fanOut, number));
}
