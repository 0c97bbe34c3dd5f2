using Realtime.Core.Connections;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

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

    internal List<Func<IServiceProvider, PayloadSerializer, EventInvoker>> Handlers { get; } = [];

    internal Dictionary<string, Func<EventArguments, ValueTask<object?>>> ServerHandlers { get; } = [];

    internal HandlerTable BuildHandlers(IServiceProvider services, PayloadSerializer serializer)
    {
        var table = new HandlerTable();
        foreach (Func<IServiceProvider, PayloadSerializer, EventInvoker> create in Handlers)
        {
            table.Add(create(services, serializer));
        }

        return table;
    }
}
