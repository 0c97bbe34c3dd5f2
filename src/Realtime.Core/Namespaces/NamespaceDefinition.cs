using Realtime.Core.Connections;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces;

/// <summary>What the application said about a namespace, or about all namespaces of a pattern.</summary>
/// <remarks>Immutable once the server has started.</remarks>
internal sealed class NamespaceDefinition
{
    internal List<Func<ConnectingContext, Func<ConnectingContext, ValueTask>, ValueTask>> Middlewares { get; } = [];

    internal List<Func<EventContext, Func<EventContext, ValueTask>, ValueTask>> EventMiddlewares { get; } = [];

    internal List<Func<RealtimeSocket, ValueTask>> Connected { get; } = [];

    internal List<Func<RealtimeSocket, CloseReason, ValueTask>> Disconnecting { get; } = [];

    internal List<Func<RealtimeSocket, CloseReason, ValueTask>> Disconnected { get; } = [];

    internal List<Func<EventContext, ValueTask>> CatchAll { get; } = [];

    internal List<Action<RealtimeSocket, string, EventArguments>> OutgoingCatchAll { get; } = [];

    internal List<Action<RealtimeSocket, Exception>> Errors { get; } = [];

    internal List<Action<RealtimeNamespace>> Created { get; } = [];

    internal List<Action<RoomChange>> RoomChanges { get; } = [];

    /// <summary>Gets which rooms' users are tracked.</summary>
    internal List<RoomPattern> PresencePatterns { get; } = [];

    internal List<Func<PresenceChange, ValueTask>> PresenceChanges { get; } = [];

    internal List<EventDefinition> Events { get; } = [];

    /// <summary>Gets the gates that every event of the namespace passes, also one without a handler.</summary>
    internal List<Func<NamespaceEnvironment, EventGate>> EventGates { get; } = [];

    internal Dictionary<string, Func<EventArguments, ValueTask<object?>>> ServerHandlers { get; } = [];

    internal List<Func<AccessRequest, ValueTask<bool>>> AccessRules { get; } = [];

    internal List<RoomRule> RoomRules { get; } = [];

    /// <summary>Gets or sets how many clients may be in the namespace; <see langword="null"/> is no limit.</summary>
    internal int? MaxConnections { get; set; }

    /// <summary>Gets or sets what happens to events that a client does not read fast enough.</summary>
    internal BackpressurePolicy Backpressure { get; set; }

    /// <summary>Gets the ways in which the payloads of all typed events are validated.</summary>
    internal List<IPayloadValidatorFactory> ValidatorFactories { get; } = [];
}
