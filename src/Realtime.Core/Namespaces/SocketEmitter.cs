using Realtime.Core.Acks;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>One socket, together with how to send to it.</summary>
/// <remarks>Immutable.</remarks>
public sealed class SocketEmitter : EventTarget
{
    private readonly RealtimeSocket _socket;
    private readonly EmitFlags _flags;

    internal SocketEmitter(RealtimeSocket socket, EmitFlags flags)
    {
        _socket = socket;
        _flags = flags;
    }

    /// <summary>Gets the same socket, where an event is dropped that cannot go out at once.</summary>
    public SocketEmitter Volatile => new(_socket, _flags with { IsVolatile = true });

    private protected override PayloadSerializer Serializer => _socket.Owner.Serializer;

    /// <summary>Says whether transports that can compress should do so.</summary>
    /// <param name="compress">Whether to compress.</param>
    /// <returns>The same socket with that choice.</returns>
    public SocketEmitter Compress(bool compress) => new(_socket, _flags with { Compress = compress });

    /// <inheritdoc cref="Emitter.Conflate" />
    public SocketEmitter Conflate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(_socket, _flags with { ConflationKey = key });
    }

    /// <summary>Sets how long an acknowledgement is waited for.</summary>
    /// <param name="timeout">The time.</param>
    /// <returns>The same socket with that time.</returns>
    public SocketEmitter WithTimeout(TimeSpan timeout) => new(_socket, _flags with { Timeout = timeout });

    /// <summary>Emits a typed event and waits for its acknowledgement.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Stops the wait; the event may still be handled.</param>
    /// <returns>The acknowledgement.</returns>
    /// <exception cref="AckTimeoutException">No acknowledgement came in time.</exception>
    /// <exception cref="DisconnectedException">The socket is gone.</exception>
    public async ValueTask<TAck?> EmitAsync<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        EventPayload data = Serializer.SerializeEvent(realtimeEvent.Name, payload);
        EventArguments answer = await _socket.AskAsync(realtimeEvent.Name, data, _flags, cancellationToken).ConfigureAwait(false);
        return _socket.Owner.ReadAck<TAck>(answer);
    }

    /// <summary>Emits an event by its name and waits for its acknowledgement.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The arguments of the acknowledgement.</returns>
    /// <exception cref="AckTimeoutException">No acknowledgement came in time.</exception>
    /// <exception cref="DisconnectedException">The socket is gone.</exception>
    public ValueTask<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ReservedEvents.ThrowIfReserved(eventName);
        return _socket.AskAsync(eventName, Serializer.SerializeEvent(eventName, arguments), _flags, CancellationToken.None);
    }

    /// <summary>Emits an event to one socket. A client that recovers gets it through the log of its private room.</summary>
    internal static ValueTask EmitAsync(RealtimeSocket socket, EventPayload payload, EmitFlags flags, CancellationToken cancellationToken)
    {
        if (socket.Recovery is { IsOver: false } && !flags.IsVolatile)
        {
            return socket.Owner.SendAsync(socket.Owner.CreateEvent(new Audience { Rooms = [socket.Id] }, payload, flags), cancellationToken);
        }

        socket.SendEvent(payload, ackId: null, flags);
        return default;
    }

    private protected override ValueTask SendAsync(string eventName, EventPayload payload, CancellationToken cancellationToken) =>
        EmitAsync(_socket, payload, _flags, cancellationToken);
}
