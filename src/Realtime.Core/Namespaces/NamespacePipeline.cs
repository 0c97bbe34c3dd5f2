using System.Diagnostics;
using System.Text;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>Runs what the application said about a namespace: admission, handlers, ends. The one place where user code is called, each piece in its own guard.</summary>
/// <remarks>Thread-safe; for one socket its inbox calls it in order.</remarks>
internal sealed class NamespacePipeline
{
    private readonly Namespace _namespace;
    private readonly NamespaceDefinition _definition;
    private readonly NamespaceEnvironment _environment;
    private readonly HandlerTable _handlers;
    private readonly bool _looksAtArguments;

    internal NamespacePipeline(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
    {
        _namespace = owner;
        _definition = definition;
        _environment = environment;
        _handlers = definition.BuildHandlers(environment.Services, environment.Serializer);
        _looksAtArguments = definition.CatchAll.Count > 0 || definition.EventMiddlewares.Count > 0;
    }

    internal bool HasOutgoingListeners => _definition.OutgoingCatchAll.Count > 0;

    /// <summary>Asks the middlewares.</summary>
    /// <returns>What the client is told when it is refused; <see langword="null"/> when it is welcome.</returns>
    internal async ValueTask<Refusal?> AdmitAsync(RealtimeSocket socket)
    {
        if (_definition.Middlewares.Count == 0)
        {
            return null;
        }

        bool admitted = false;
        var context = new ConnectingContext(socket, _environment.Services);
        try
        {
            await CallAsync(0, context).ConfigureAwait(false);
            return context.Refusal ?? (admitted ? null : Refusal.Unexplained);
        }
        catch (ConnectionRefusedException refused)
        {
            return new Refusal(refused.Message, refused.Details);
        }
#pragma warning disable CA1031 // A middleware that throws refuses one client; it must not take anything else with it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.MiddlewareFailed(_environment.Logger, exception, _namespace.Path.Value, socket.Id);
            return Refusal.Failed;
        }

        ValueTask CallAsync(int index, ConnectingContext current)
        {
            if (current.IsRefused)
            {
                return default;
            }

            if (index < _definition.Middlewares.Count)
            {
                return _definition.Middlewares[index](current, next => CallAsync(index + 1, next));
            }

            admitted = true;
            return default;
        }
    }

    internal ValueTask RunConnectedAsync(RealtimeSocket socket) => RunAllAsync(socket, _definition.Connected, static (handler, socket, _) => handler(socket), CloseReason.ForcedClose);

    internal async ValueTask RunDisconnectedAsync(RealtimeSocket socket, CloseReason reason)
    {
        await RunAllAsync(socket, _definition.Disconnecting, static (handler, socket, reason) => handler(socket, reason), reason).ConfigureAwait(false);
        socket.ForgetRooms();
        await RunAllAsync(socket, _definition.Disconnected, static (handler, socket, reason) => handler(socket, reason), reason).ConfigureAwait(false);
    }

    /// <summary>Handles one event. Never fails.</summary>
    internal ValueTask DispatchAsync(RealtimeSocket socket, in Packet packet)
    {
        _handlers.TryFind(packet.EventName.Span, out EventInvoker? handler);
        if (handler is null && !_looksAtArguments)
        {
            return default; // An event that nobody handles: dropped, as on Node.
        }

        var context = new EventContext(socket, handler?.EventName ?? Encoding.UTF8.GetString(packet.EventName.Span), packet.AckId);
        long start = _environment.Meter.MeasuresHandlers ? _environment.TimeProvider.GetTimestamp() : 0;
        Activity? activity = RealtimeActivities.StartHandling(_namespace.Path.Value, context.EventName);
        ValueTask running;
        EventContext? outer = context.Enter();
        try
        {
            running = _looksAtArguments ? DispatchLookingAsync(context, handler, in packet) : handler!.InvokeAsync(context, in packet);
        }
#pragma warning disable CA1031 // A handler that throws fails its own message, never the connection or the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Complete(context, start, activity, exception);
            return default;
        }
        finally
        {
            EventContext.Leave(outer);
        }

        if (!running.IsCompletedSuccessfully)
        {
            return AwaitAsync(context, running, start, activity);
        }

        Complete(context, start, activity, exception: null);
        return default;
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

    private ValueTask DispatchLookingAsync(EventContext context, EventInvoker? handler, in Packet packet)
    {
        Packet owned = packet.Detach();
        context.Arguments = EventArguments.From(in owned);
        return RunLookingAsync(context, handler);
    }

    private async ValueTask RunLookingAsync(EventContext context, EventInvoker? handler)
    {
        foreach (Func<EventContext, ValueTask> listener in _definition.CatchAll)
        {
            await listener(context).ConfigureAwait(false);
        }

        await CallAsync(0, context).ConfigureAwait(false);

        ValueTask CallAsync(int index, EventContext current) => index < _definition.EventMiddlewares.Count
            ? _definition.EventMiddlewares[index](current, next => CallAsync(index + 1, next))
            : handler?.InvokeAsync(current) ?? default;
    }

    private async ValueTask AwaitAsync(EventContext context, ValueTask running, long start, Activity? activity)
    {
        Exception? failure = null;
        try
        {
            await running.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As in DispatchAsync.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        Complete(context, start, activity, failure);
    }

    private void Complete(EventContext context, long start, Activity? activity, Exception? exception)
    {
        if (start != 0)
        {
            double seconds = _environment.TimeProvider.GetElapsedTime(start).TotalSeconds;
            _environment.Meter.HandlerCompleted(_namespace.Path.Value, context.EventName, seconds, exception is not null);
        }

        if (exception is not null)
        {
            activity?.SetStatus(ActivityStatusCode.Error, exception.GetType().Name);
            Fail(context, exception);
        }

        activity?.Dispose();
    }

    private void Fail(EventContext context, Exception exception)
    {
        if (exception is OperationCanceledException && context.Socket.Phase == SocketPhase.Disconnected)
        {
            return; // A handler that ended because its client is gone did what it should.
        }

        if (exception is PayloadMisfitException misfit)
        {
            NamespaceLog.InvalidPayload(_environment.Logger, _namespace.Path.Value, context.EventName, context.Socket.Id, misfit.Path ?? "$");
            context.AckPayload(ErrorPayload.Create(ErrorCode.InvalidPayload, $"The payload does not fit the event at {misfit.Path ?? "$"}."));
        }
        else
        {
            NamespaceLog.HandlerFailed(_environment.Logger, exception, _namespace.Path.Value, context.EventName, context.Socket.Id);
            context.AckPayload(ErrorPayload.Create(ErrorCode.HandlerFailed, "The handler failed."));
        }

        foreach (Action<RealtimeSocket, Exception> listener in _definition.Errors)
        {
            Guard(context.Socket, () => listener(context.Socket, exception));
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

    private void Guard(RealtimeSocket socket, Action call)
    {
        try
        {
            call();
        }
#pragma warning disable CA1031 // As in RunAllAsync.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.ListenerFailed(_environment.Logger, exception, _namespace.Path.Value, socket.Id);
        }
    }
}
