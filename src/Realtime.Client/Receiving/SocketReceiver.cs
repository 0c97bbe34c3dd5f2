using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Realtime.Client.Connections;
using Realtime.Client.Diagnostics;
using Realtime.Client.Sending;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Client.Receiving;

/// <summary>Runs the handlers of one namespace: in order, one event at a time, off the read loop. It outlives connections.</summary>
/// <remarks>Thread-safe. Bounded: when as many events wait as may, the read loop waits, and with it the server.</remarks>
internal sealed class SocketReceiver
{
    private readonly Channel<ClientEventContext> _events;
    private readonly NamespacePath _path;
    private readonly SocketSender _sender;
    private readonly ClientMeter _meter;
    private readonly ILogger _logger;
    private readonly Action<HandlerFailure> _onFailure;
    private readonly Task _running;

    internal SocketReceiver(NamespacePath path, SocketSender sender, int maxQueuedEvents, Action<HandlerFailure> onFailure, ClientMeter meter, ILogger logger)
    {
        _path = path;
        _sender = sender;
        _onFailure = onFailure;
        _meter = meter;
        _logger = logger;
        _events = Channel.CreateBounded<ClientEventContext>(new BoundedChannelOptions(maxQueuedEvents) { SingleReader = true });
        _running = Task.Run(RunAsync);
    }

    internal Subscriptions Subscriptions { get; } = new();

    internal PayloadSerializer Serializer => _sender.Serializer;

    /// <summary>Takes an event from the read loop; its bytes are copied.</summary>
    /// <param name="session">The session that it came on.</param>
    /// <param name="packet">The event.</param>
    /// <returns>Whether it was taken: not when the session ends while there is no room for it.</returns>
    internal ValueTask<bool> TakeAsync(EngineSession session, in Packet packet)
    {
        string name = Subscriptions.NameOf(packet.EventName.Span);
        Packet owned = packet with { Namespace = _path.Utf8Memory, Data = packet.Data.ToArray(), EventName = default };
        var context = new ClientEventContext(this, session, name, in owned);
        _meter.EventReceived(_path.Value);
        return _events.Writer.TryWrite(context) ? new ValueTask<bool>(true) : WaitForRoomAsync(session, context);
    }

    /// <summary>Ends when the handlers of all events that have been taken are done; nothing is taken any more.</summary>
    internal Task CompleteAsync()
    {
        _events.Writer.TryComplete();
        return HandlerScope.IsInside(_sender) ? Task.CompletedTask : _running; // a handler cannot wait for itself
    }

    internal void Answer(object session, AckId id, EventPayload payload)
    {
        if (session is EngineSession { IsOver: false })
        {
            _sender.Answer(id, payload);
        }
    }

    private async ValueTask<bool> WaitForRoomAsync(EngineSession session, ClientEventContext context)
    {
        session.Heartbeat.Suspend(); // a ping may lie unread in front of us
        _sender.Calls.SetReading(stopped: true);
        ClientLog.ReadingStopped(_logger, _path.Value);
        try
        {
            await _events.Writer.WriteAsync(context, session.Stopping).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is ChannelClosedException or OperationCanceledException)
        {
            return false; // The session or the client is over; a handler that never ends must not keep the next session from being made.
        }
        finally
        {
            _sender.Calls.SetReading(stopped: false);
            session.Heartbeat.Restart();
        }
    }

    private async Task RunAsync()
    {
        HandlerScope.Enter(_sender);
        await foreach (ClientEventContext context in _events.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await DispatchAsync(context).ConfigureAwait(false);
        }
    }

    private async ValueTask DispatchAsync(ClientEventContext context)
    {
        using System.Diagnostics.Activity? activity = ClientActivities.StartHandling(_path.Value, context.EventName);
        bool failed = false;
        foreach (EventHandlerEntry handler in Subscriptions.CatchAll)
        {
            failed |= !await TryRunAsync(handler, context).ConfigureAwait(false);
        }

        EventHandlerEntry[] handlers = Subscriptions.Of(context.EventName);
        foreach (EventHandlerEntry handler in handlers)
        {
            if (handler.IsOnce)
            {
                Subscriptions.Remove(context.EventName, handler);
            }

            failed |= !await TryRunAsync(handler, context).ConfigureAwait(false);
        }

        // A server that asked gets an answer when somebody was there to handle it. After a failure it gets none: it learns by its timeout that it was not handled.
        if (handlers.Length > 0 && !failed)
        {
            context.AcknowledgeUnlessKept();
        }
    }

    private async ValueTask<bool> TryRunAsync(EventHandlerEntry handler, ClientEventContext context)
    {
        try
        {
            await handler.RunAsync(context).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // A handler that throws fails its own event and nothing else.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _meter.HandlerFailed(_path.Value, context.EventName);
            ClientLog.HandlerFailed(_logger, exception, context.EventName, _path.Value);
            _onFailure(new HandlerFailure(exception, _path.Value, context.EventName));
            return false;
        }
    }
}
