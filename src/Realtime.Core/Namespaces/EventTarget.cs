using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>Whatever events can be emitted to: a socket, an audience, a namespace.</summary>
/// <remarks>Thread-safe.</remarks>
public abstract class EventTarget
{
    private protected EventTarget()
    {
    }

    private protected abstract PayloadSerializer Serializer { get; }

    /// <summary>Emits a typed event.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Stops the wait; the event may still be delivered.</param>
    /// <returns>A task that completes when the backplane has taken the event and every addressed socket of this node has it in its queue.</returns>
    public ValueTask EmitAsync<TPayload>(RealtimeEvent<TPayload> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return SendAsync(realtimeEvent.Name, Serializer.SerializeEvent(realtimeEvent.Name, payload), cancellationToken);
    }

    /// <summary>Emits an event by its name, with any number of arguments. Prefer typed events; this form is for names that are only known at run time.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments; each is written by its run-time type.</param>
    /// <returns>A task as that of the typed form.</returns>
    /// <exception cref="ArgumentException">The name is empty or reserved.</exception>
    public ValueTask EmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ReservedEvents.ThrowIfReserved(eventName);
        return SendAsync(eventName, Serializer.SerializeEvent(eventName, arguments), CancellationToken.None);
    }

    private protected abstract ValueTask SendAsync(string eventName, EventPayload payload, CancellationToken cancellationToken);
}
