using System.Diagnostics;
using System.Text;
using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Brings an event from the wire to its handler: gates, listeners and middlewares, handler, answer.</summary>
/// <remarks>Thread-safe; for one socket its inbox calls it in order.</remarks>
internal sealed class EventDispatcher
{
    private readonly Namespace _namespace;
    private readonly NamespaceDefinition _definition;
    private readonly NamespaceEnvironment _environment;
    private readonly RouteTable _routes;
    private readonly EventGates _gates;
    private readonly bool _looksAtArguments;

    internal EventDispatcher(Namespace owner, NamespaceDefinition definition, NamespaceEnvironment environment)
    {
        _namespace = owner;
        _definition = definition;
        _environment = environment;
        _routes = new RouteTable(definition.Events, environment);
        _gates = new EventGates(owner, definition, environment);
        _looksAtArguments = definition.CatchAll.Count > 0 || definition.EventMiddlewares.Count > 0;
        Concurrent = definition.Events.Exists(static found => found.Degree > 1) ? new ConcurrentHandlers(this) : null;
    }

    /// <summary>Gets the handlers that may run beside others; <see langword="null"/> when no event of the namespace has them.</summary>
    internal ConcurrentHandlers? Concurrent { get; }

    /// <summary>Handles one event. Never fails.</summary>
    /// <returns>A task that completes when the next message of the socket may start.</returns>
    internal ValueTask DispatchAsync(RealtimeSocket socket, in Packet packet)
    {
        _routes.TryFind(packet.EventName.Span, out EventRoute? route);
        return _gates.Passes(socket, in packet, route)
            ? _gates.AskOthers(route) ? AskAsync(socket, packet.Detach(), route) : HandleAsync(socket, in packet, route)
            : default;
    }

    /// <summary>Asks others first. The next message of the socket waits for it: order is kept.</summary>
    private async ValueTask AskAsync(RealtimeSocket socket, Packet packet, EventRoute? route)
    {
        if (await _gates.PassesOthersAsync(socket, packet, route).ConfigureAwait(false))
        {
            await HandleAsync(socket, in packet, route).ConfigureAwait(false);
        }
    }

    private ValueTask HandleAsync(RealtimeSocket socket, in Packet packet, EventRoute? route)
    {
        if (route is null && !_looksAtArguments)
        {
            // An event that nobody handles is dropped, as on Node. A client that numbers its messages is told, or it would ask for ever.
            if (socket.Recovery is { Sent: null } session)
            {
                session.Answer(socket, packet.AckId, ErrorPayload.Create(ErrorCode.NoHandler, "Nobody handles the event."));
            }

            return default;
        }

        return route is { Degree: > 1 } ? Concurrent!.StartAsync(socket, in packet, route) : RunAsync(socket, in packet, route);
    }

    /// <summary>Handles an event that has passed its gates. Never fails.</summary>
    internal ValueTask RunAsync(RealtimeSocket socket, in Packet packet, EventRoute? route)
    {
        if (socket.Recovery is { } session && !_namespace.Recovery.Upkeep.MayStart(socket, session))
        {
            return default;
        }

        var context = new EventContext(socket, route?.Invoker.EventName ?? Encoding.UTF8.GetString(packet.EventName.Span), packet.AckId);
        long start = _environment.Meter.MeasuresHandlers ? _environment.TimeProvider.GetTimestamp() : 0;
        Activity? activity = RealtimeActivities.StartHandling(_namespace.Path.Value, context.EventName);
        ValueTask running;
        try
        {
            running = Start(context, route?.Invoker, in packet);
        }
#pragma warning disable CA1031 // A handler that throws fails its own message, never the connection or the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Complete(context, start, activity, exception);
            return EndAsync(context);
        }

        if (!running.IsCompletedSuccessfully)
        {
            return AwaitAsync(context, running, start, activity);
        }

        Complete(context, start, activity, exception: null);
        context.Settle();
        return default;
    }

    /// <summary>Answers an event whose payload does not fit.</summary>
    internal void Refuse(EventContext context, PayloadError error)
    {
        NamespaceLog.InvalidPayload(_environment.Logger, _namespace.Path.Value, context.EventName, context.Socket.Id, error.Member);
        context.Refuse(new EventRefusal(ErrorCode.InvalidPayload, error.Message) { Member = error.Member });
    }

    /// <summary>Runs the handler up to its first await. What it publishes until then is noted with its message.</summary>
    private ValueTask Start(EventContext context, EventInvoker? handler, in Packet packet)
    {
        EventContext? outer = context.Enter();
        try
        {
            return _looksAtArguments ? DispatchLookingAsync(context, handler, in packet) : handler!.InvokeAsync(context, in packet);
        }
        finally
        {
            EventContext.Leave(outer);
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
        await EndAsync(context).ConfigureAwait(false); // the kind of task that is awaited above: another would make every pending handler bigger
    }

    private static ValueTask EndAsync(EventContext context)
    {
        context.Settle();
        return new ValueTask(context.Settled);
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

        if (exception is InvalidPayloadException misfit)
        {
            Refuse(context, misfit.Error);
            return;
        }

        if (exception is RoomForbiddenException)
        {
            context.Refuse(new EventRefusal(ErrorCode.Forbidden, "The room is not open to the user.")); // without its name, which is the application's own
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
