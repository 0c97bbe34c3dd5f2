using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Realtime.Client.Connections;
using Realtime.Client.Diagnostics;
using Realtime.Client.Sending;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Receiving;

/// <summary>Runs the handlers of one namespace: in order, one event at a time, off the read loop. It outlives connections.</summary>
/// <remarks>Thread-safe. Bounded: when as many events wait as may, the read loop waits, and with it the server.</remarks>
internal sealed class SocketReceiver
{
    private readonly Channel<Delivery> _deliveries;
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
        _deliveries = Channel.CreateBounded<Delivery>(new BoundedChannelOptions(maxQueuedEvents) { SingleReader = true });
        _running = Task.Run(RunAsync);
    }

    internal Subscriptions Subscriptions { get; } = new();

    internal PayloadSerializer Serializer => _sender.Serializer;

    /// <summary>Raised when events are lost, in its place among the events.</summary>
    internal event Action<StreamGap>? Gap;

    /// <summary>Makes of a packet what handlers get; its bytes are copied.</summary>
    /// <param name="session">The session that it came on.</param>
    /// <param name="packet">The event.</param>
    /// <param name="data">Its arguments, when they are a copy already.</param>
    /// <param name="position">Its place in its stream.</param>
    internal ClientEventContext ContextOf(EngineSession session, in Packet packet, byte[]? data = null, StreamPosition? position = null)
    {
        string name = Subscriptions.NameOf(packet.EventName.Span);
        Packet owned = packet with { Namespace = _path.Utf8Memory, Data = data ?? packet.Data.ToArray(), EventName = default };
        return new ClientEventContext(this, session, name, in owned) { Position = position };
    }

    /// <summary>Hands something over to the application, in order.</summary>
    /// <param name="session">The session that it came on.</param>
    /// <param name="delivery">The event, or what is lost.</param>
    /// <returns>Whether it was taken: not when the session ends while there is no room for it.</returns>
    internal ValueTask<bool> HandOverAsync(EngineSession session, Delivery delivery)
    {
        if (delivery.Event is not null)
        {
            _meter.EventReceived(_path.Value);
        }

        return _deliveries.Writer.TryWrite(delivery) ? new ValueTask<bool>(true) : WaitForRoomAsync(session, delivery);
    }

    /// <summary>Ends when the handlers of all events that have been taken are done; nothing is taken any more.</summary>
    internal Task CompleteAsync()
    {
        _deliveries.Writer.TryComplete();
        return HandlerScope.IsInside(_sender) ? Task.CompletedTask : _running; // a handler cannot wait for itself
    }

    internal void Answer(object session, AckId id, EventPayload payload)
    {
        if (session is EngineSession { IsOver: false })
        {
            _sender.Answer(id, payload);
        }
    }

    private async ValueTask<bool> WaitForRoomAsync(EngineSession session, Delivery delivery)
    {
        session.Heartbeat.Pause(); // a ping may lie unread in front of us
        _sender.Calls.SetReading(stopped: true);
        ClientLog.ReadingStopped(_logger, _path.Value);
        try
        {
            await _deliveries.Writer.WriteAsync(delivery, session.Stopping).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is ChannelClosedException or OperationCanceledException)
        {
            return false; // The session or the client is over; a handler that never ends must not keep the next session from being made.
        }
        finally
        {
            _sender.Calls.SetReading(stopped: false);
            session.Heartbeat.Resume();
        }
    }

    private async Task RunAsync()
    {
        HandlerScope.Enter(_sender);
        await foreach (Delivery delivery in _deliveries.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (delivery.Event is { } context)
            {
                await DispatchAsync(context).ConfigureAwait(false);
            }
            else
            {
                Report(delivery.Gap);
            }
        }
    }

    private void Report(StreamGap gap)
    {
        ClientLog.EventsLost(_logger, _path.Value, gap.Stream, gap.From, gap.To);
        _meter.EventsLost(_path.Value);
        try
        {
            Gap?.Invoke(gap);
        }
#pragma warning disable CA1031 // An observer that throws must not keep the events behind from their handlers.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ClientLog.ObserverFailed(_logger, exception);
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
