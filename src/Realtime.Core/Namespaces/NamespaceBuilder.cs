using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Connections;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces;

/// <summary>Says what happens in a namespace.</summary>
/// <remarks>Not thread-safe. Used once, before the server starts.</remarks>
public class NamespaceBuilder
{
    private readonly NamespaceDefinition _definition;

    internal NamespaceBuilder(NamespaceDefinition definition) => _definition = definition;

    /// <summary>Adds a middleware that decides on every client that asks to join: call <c>next</c> to go on, or refuse. In the order of registration.</summary>
    /// <param name="middleware">The middleware.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder Use(Func<ConnectingContext, Func<ConnectingContext, ValueTask>, ValueTask> middleware) => Add(_definition.Middlewares, middleware);

    /// <summary>Adds a middleware around the handlers of all events: call <c>next</c> to go on; throw or return to drop the event. The client is not told.</summary>
    /// <param name="middleware">The middleware.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder UseEvents(Func<EventContext, Func<EventContext, ValueTask>, ValueTask> middleware) => Add(_definition.EventMiddlewares, middleware);

    /// <summary>Adds what runs when a client has joined. Its events wait until it has completed.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnConnected(Func<RealtimeSocket, ValueTask> handler) => Add(_definition.Connected, handler);

    /// <summary>Adds what runs when a socket is about to be gone: its rooms can still be seen.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnDisconnecting(Func<RealtimeSocket, CloseReason, ValueTask> handler) => Add(_definition.Disconnecting, handler);

    /// <summary>Adds what runs when a socket is gone.</summary>
    /// <param name="handler">The handler.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnDisconnected(Func<RealtimeSocket, CloseReason, ValueTask> handler) => Add(_definition.Disconnected, handler);

    /// <summary>Adds a listener for every event that comes in, also those without a handler, before middlewares.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnAny(Func<EventContext, ValueTask> listener) => Add(_definition.CatchAll, listener);

    /// <summary>Adds a listener for every event that goes out to a socket, broadcasts included. It runs where the event is emitted and must be quick.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnAnyOutgoing(Action<RealtimeSocket, string, EventArguments> listener) => Add(_definition.OutgoingCatchAll, listener);

    /// <summary>Adds a listener for errors: handlers and middlewares of events that threw.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnError(Action<RealtimeSocket, Exception> listener) => Add(_definition.Errors, listener);

    /// <summary>Adds a listener for rooms that are created and deleted, joined and left, on this node.</summary>
    /// <param name="listener">The listener; it must be quick.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnRoomChanged(Action<RoomChange> listener) => Add(_definition.RoomChanges, listener);

    /// <summary>Tracks which users are in rooms, on all nodes: see <see cref="Emitter.PresenceAsync"/> and <see cref="OnPresenceChanged"/>. Other rooms have no presence, and cost nothing.</summary>
    /// <param name="pattern">Names of rooms: <c>*</c> stands for any text, as in <c>project:*</c>. The empty name is that of everybody in the namespace, and <c>*</c> fits it too. Private rooms and those of users have none.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder TrackPresence(string pattern) => Add(_definition.PresencePatterns, new RoomPattern(pattern ?? throw new ArgumentNullException(nameof(pattern))));

    /// <summary>
    /// Adds a listener for users who join and leave tracked rooms, on any node. It runs on each node that has one of the room's users, so it tells the clients of its own node
    /// (<see cref="PresenceChange.Local"/>). One call at a time for each room, at most one in each <see cref="Realtime.Core.Presence.PresenceOptions.ChangeInterval"/>.
    /// </summary>
    /// <param name="listener">The listener.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnPresenceChanged(Func<PresenceChange, ValueTask> listener) => Add(_definition.PresenceChanges, listener);

    /// <summary>Adds what runs when the namespace comes into being; for a pattern, each namespace of it.</summary>
    /// <param name="listener">The listener.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnCreated(Action<RealtimeNamespace> listener) => Add(_definition.Created, listener);

    /// <summary>Handles an event by its name, with any arguments. The handler acknowledges by itself.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>A builder for more about the event, which also goes on with the namespace.</returns>
    public EventBuilder On(string eventName, Func<EventContext, ValueTask> handler)
    {
        ReservedEvents.ThrowIfReserved(eventName);
        ArgumentNullException.ThrowIfNull(handler);
        var definition = new EventDefinition(eventName, (_, _) => new UntypedInvoker(eventName, handler));
        _definition.Events.Add(definition);
        return new EventBuilder(_definition, definition);
    }

    /// <summary>Handles a typed event.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>A builder for more about the event, which also goes on with the namespace.</returns>
    public TypedEventBuilder<TPayload> On<TPayload>(RealtimeEvent<TPayload> realtimeEvent, Func<EventContext, TPayload, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return AddEvent<TPayload>(realtimeEvent.Name, ackType: null, (_, payloads) => new TypedEventInvoker<TPayload>(realtimeEvent.Name, payloads, handler));
    }

    /// <summary>Handles a typed event that is acknowledged with what the handler returns.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="handler">The handler.</param>
    /// <returns>A builder for more about the event, which also goes on with the namespace.</returns>
    public TypedEventBuilder<TPayload> On<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, Func<EventContext, TPayload, ValueTask<TAck>> handler)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return AddEvent<TPayload>(realtimeEvent.Name, typeof(TAck), (_, payloads) => new TypedInvoker<TPayload, TAck>(realtimeEvent.Name, payloads, handler));
    }

    /// <summary>Handles a typed event by a class from dependency injection.</summary>
    /// <typeparam name="THandler">The class; it is resolved from a scope for each message, so it has to be registered.</typeparam>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <returns>A builder for more about the event, which also goes on with the namespace.</returns>
    public TypedEventBuilder<TPayload> Handle<THandler, TPayload>(RealtimeEvent<TPayload> realtimeEvent)
        where THandler : class, IEventHandler<TPayload>
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return AddEvent<TPayload>(realtimeEvent.Name, ackType: null, (services, payloads) => new TypedEventInvoker<TPayload>(realtimeEvent.Name, payloads, async (context, payload) =>
        {
            AsyncServiceScope scope = services.CreateAsyncScope();
            await using ConfiguredAsyncDisposable ends = scope.ConfigureAwait(false);
            await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(context, payload).ConfigureAwait(false);
        }));
    }

    /// <summary>Handles a typed event that is acknowledged, by a class from dependency injection.</summary>
    /// <typeparam name="THandler">The class; it is resolved from a scope for each message, so it has to be registered.</typeparam>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <returns>A builder for more about the event, which also goes on with the namespace.</returns>
    public TypedEventBuilder<TPayload> Handle<THandler, TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent)
        where THandler : class, IEventHandler<TPayload, TAck>
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return AddEvent<TPayload>(realtimeEvent.Name, typeof(TAck), (services, payloads) => new TypedInvoker<TPayload, TAck>(realtimeEvent.Name, payloads, async (context, payload) =>
        {
            AsyncServiceScope scope = services.CreateAsyncScope();
            await using ConfiguredAsyncDisposable ends = scope.ConfigureAwait(false);
            return await scope.ServiceProvider.GetRequiredService<THandler>().HandleAsync(context, payload).ConfigureAwait(false);
        }));
    }

    /// <summary>Handles an event from another server of the cluster.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="handler">The handler; what it returns is the answer, if one is asked for.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder OnServerEvent(string eventName, Func<EventArguments, ValueTask<object?>> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        _definition.ServerHandlers.Add(eventName, handler);
        return this;
    }

    /// <summary>Adds a rule that decides who may be in the namespace, before any middleware, and again when a client refreshes its ticket. All rules have to agree.</summary>
    /// <param name="rule">The rule; one that throws refuses.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder Authorize(Func<AccessRequest, ValueTask<bool>> rule) => Add(_definition.AccessRules, rule);

    /// <summary>
    /// Adds a rule that decides who may be in rooms, asked at every join and when a client refreshes its ticket. Of several rules whose patterns fit a room
    /// all have to agree; a room that no pattern fits is open.
    /// </summary>
    /// <param name="pattern">The names: <c>*</c> stands for any text, as in <c>project:*</c>.</param>
    /// <param name="rule">The rule; one that throws refuses.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder AuthorizeRooms(string pattern, Func<AccessRequest, ValueTask<bool>> rule)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        ArgumentNullException.ThrowIfNull(rule);
        return Add(_definition.RoomRules, new RoomRule(new RoomPattern(pattern), rule));
    }

    /// <summary>
    /// Limits how often clients send events of this namespace, whatever their names. A refused event does not reach its handler: its client gets an error with
    /// the code <c>rate_limited</c> and <c>retryAfter</c> in milliseconds, as the acknowledgement or as the event <c>$rt:error</c>.
    /// </summary>
    /// <param name="policy">The limit. Each one that is added has to be passed. Namespaces of a pattern share it.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder RateLimitEvents(RateLimitPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Add(_definition.EventGates, RateLimitGate.Create(policy));
    }

    /// <summary>Limits how many clients may be in the namespace on this node; for a pattern, in each namespace of it.</summary>
    /// <param name="max">The number. One more is refused with the code <c>namespace_full</c>.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public NamespaceBuilder LimitConnections(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        _definition.MaxConnections = max;
        return this;
    }

    /// <summary>Says what happens to events of the namespace that a client does not read fast enough.</summary>
    /// <param name="policy">The policy. Default: the connection is closed.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder UseBackpressure(BackpressurePolicy policy)
    {
        if (!Enum.IsDefined(policy))
        {
            throw new ArgumentOutOfRangeException(nameof(policy), policy, "There is no such policy.");
        }

        _definition.Backpressure = policy;
        return this;
    }

    /// <summary>Validates the payloads of all typed events of the namespace, also of those that are added later, by their attributes: see <see cref="TypedEventBuilder{TPayload}.ValidateAnnotations"/>.</summary>
    /// <returns>This builder.</returns>
    public NamespaceBuilder ValidateAllAnnotations() => ValidateAll(AnnotationValidatorFactory.Instance);

    /// <summary>Validates the payloads of all typed events of the namespace, also of those that are added later, before rules of the events themselves.</summary>
    /// <param name="factory">Finds the validator of each.</param>
    /// <returns>This builder.</returns>
    public NamespaceBuilder ValidateAll(IPayloadValidatorFactory factory) => Add(_definition.ValidatorFactories, factory);

    private TypedEventBuilder<TPayload> AddEvent<TPayload>(string name, Type? ackType, Func<IServiceProvider, PayloadReader<TPayload>, EventInvoker> createInvoker)
    {
        var checks = new PayloadChecks<TPayload>(_definition);
        var definition = new EventDefinition(name, (services, serializer) => createInvoker(services, checks.Build(name, services, serializer)))
        {
            PayloadType = typeof(TPayload),
            AckType = ackType,
        };
        _definition.Events.Add(definition);
        return new TypedEventBuilder<TPayload>(_definition, definition, checks);
    }

    private NamespaceBuilder Add<T>(List<T> list, T item)
    {
        ArgumentNullException.ThrowIfNull(item);
        list.Add(item);
        return this;
    }
}
