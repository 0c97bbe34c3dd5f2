using Realtime.Core.Connections;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Runs what the application said about a namespace: admission, events, listeners. The one place where user code is called, each piece in its own guard.</summary>
/// <remarks>Thread-safe; for one socket its inbox calls it in order.</remarks>
internal sealed class NamespacePipeline
{
    private readonly Namespace _namespace;
    private readonly NamespaceDefinition _definition;
    private readonly NamespaceEnvironment _environment;

    internal NamespacePipeline(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
    {
        _namespace = owner;
        _definition = definition;
        _environment = environment;
        Access = new AccessRules(owner, definition, environment);
        Authentication = new SocketAuthentication(owner, Access, environment);
        Refresh = new TicketRefresh(owner, Access, Authentication, environment);
        Admission = new Admission(owner, definition, environment);
        Events = new EventDispatcher(owner, definition, environment);
    }

    internal Admission Admission { get; }

    internal EventDispatcher Events { get; }

    internal AccessRules Access { get; }

    internal SocketAuthentication Authentication { get; }

    internal TicketRefresh Refresh { get; }

    internal bool HasOutgoingListeners => _definition.OutgoingCatchAll.Count > 0;

    internal ValueTask RunConnectedAsync(RealtimeSocket socket) => RunAllAsync(socket, _definition.Connected, static (handler, socket, _) => handler(socket), CloseReason.ForcedClose);

    internal async ValueTask RunDisconnectedAsync(RealtimeSocket socket, CloseReason reason)
    {
        if (Events.Concurrent is { } concurrent)
        {
            await concurrent.EndAsync(socket).ConfigureAwait(false);
        }

        await RunAllAsync(socket, _definition.Disconnecting, static (handler, socket, reason) => handler(socket, reason), reason).ConfigureAwait(false);
        socket.ForgetRooms();
        await RunAllAsync(socket, _definition.Disconnected, static (handler, socket, reason) => handler(socket, reason), reason).ConfigureAwait(false);
    }

    internal void NotifyOutgoing(RealtimeSocket socket, EventPayload payload)
    {
        if (HasOutgoingListeners)
        {
            NotifyOutgoing([socket], payload);
        }
    }

    internal void NotifyOutgoing(IEnumerable<RealtimeSocket> sockets, EventPayload payload)
    {
        if (!HasOutgoingListeners)
        {
            return;
        }

        var packet = new Packet { Kind = PacketKind.Ack, Namespace = _namespace.Path.Utf8Memory, Data = payload.Data, Attachments = payload.Attachments };
        EventArguments arguments = EventArguments.From(in packet); // of the whole array: the name first
        string eventName = _environment.Serializer.Deserialize<string>(arguments[0])!;
        EventArguments rest = arguments.Skip(1);
        foreach (RealtimeSocket socket in sockets)
        {
            foreach (Action<RealtimeSocket, string, EventArguments> listener in _definition.OutgoingCatchAll)
            {
                listener(socket, eventName, rest);
            }
        }
    }

    private async ValueTask RunAllAsync<THandler>(RealtimeSocket socket, List<THandler> handlers, Func<THandler, RealtimeSocket, CloseReason, ValueTask> call, CloseReason reason)
    {
        foreach (THandler handler in handlers)
        {
            try
            {
                await call(handler, socket, reason).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // One listener that throws must not keep the others from running.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                NamespaceLog.ListenerFailed(_environment.Logger, exception, _namespace.Path.Value, socket.Id);
            }
        }
    }
}
