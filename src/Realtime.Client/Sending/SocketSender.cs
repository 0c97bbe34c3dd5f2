using Microsoft.Extensions.Logging;
using Realtime.Client.Connections;
using Realtime.Client.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Client.Sending;

/// <summary>Sends the events and answers of one namespace.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SocketSender
{
    private static readonly TimeSpan s_goodbyeLimit = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _timeProvider;
    private readonly NamespacePath _path;
    private readonly ClientMeter _meter;
    private readonly TimeSpan _ackTimeout;
    private readonly RetryQueue? _retries;
    private readonly EmitLine _line;
    private readonly ILogger _logger;
    private readonly OutgoingListeners _listeners;

    internal SocketSender(NamespacePath path, RealtimeClientOptions options, PayloadSerializer serializer, OutgoingListeners listeners, ClientMeter meter, ILogger logger, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _path = path;
        _meter = meter;
        _ackTimeout = options.AckTimeout;
        _listeners = listeners;
        Serializer = serializer;
        Calls = new PendingCalls(timeProvider);
        Outbox = new Outbox(options.Buffer, Calls);
        Losses = new UnknownDeliveries(Calls, logger);
        _line = new EmitLine(Outbox);
        _logger = logger;
        _retries = options.Retries > 0 ? new RetryQueue(this, options) : null;
    }

    internal PayloadSerializer Serializer { get; }

    internal PendingCalls Calls { get; }

    internal Outbox Outbox { get; }

    internal UnknownDeliveries Losses { get; }

    /// <summary>Gets the queue of events that are tried again until they are acknowledged; <see langword="null"/> when that is not asked for.</summary>
    internal RetryQueue? Retries => _retries;

    /// <summary>Sends an event that nobody asks about afterwards.</summary>
    internal async ValueTask EmitAsync(string eventName, EventPayload payload, EmitSettings settings, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_retries is not null && !settings.IsVolatile)
        {
            await _retries.RunAsync(eventName, payload, settings.Timeout ?? _ackTimeout, cancellationToken).ConfigureAwait(false);
            return;
        }

        _listeners.Tell(eventName, payload);
        var packet = new OutgoingPacket(PacketKind.Event, eventName, payload) { SurvivesReconnect = true, IsNumberable = !settings.IsVolatile };
        if (settings.IsVolatile)
        {
            if (!Outbox.TryAddVolatile(packet))
            {
                _meter.EventDropped(_path.Value);
                return;
            }
        }
        else
        {
            await _line.AddAsync(packet, call: null, cancellationToken).ConfigureAwait(false);
        }

        _meter.EventSent(_path.Value);
    }

    /// <summary>Sends an event and waits for its acknowledgement.</summary>
    internal ValueTask<EventArguments> AskAsync(string eventName, EventPayload payload, EmitSettings settings, CancellationToken cancellationToken)
    {
        TimeSpan timeout = settings.Timeout ?? _ackTimeout;
        if (_retries is not null && !settings.IsVolatile)
        {
            return _retries.RunAsync(eventName, payload, timeout, cancellationToken);
        }

        return AskOnceAsync(eventName, payload, timeout, settings.IsVolatile, cancellationToken);
    }

    /// <summary>Sends an event once and waits for its acknowledgement. Listeners do not see what belongs to the protocol.</summary>
    internal async ValueTask<EventArguments> AskOnceAsync(string eventName, EventPayload payload, TimeSpan timeout, bool isVolatile, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PendingCall call = Calls.Begin(eventName, timeout, HandlerScope.IsInside(this));
        OutgoingPacket? packet = null;
        try
        {
            bool isProtocol = eventName.StartsWith(ReservedEvents.Prefix, StringComparison.Ordinal);
            packet = new OutgoingPacket(PacketKind.Event, eventName, payload, new AckId(call.Id), call) { SurvivesReconnect = true, IsNumberable = !isVolatile && !isProtocol };
            if (!isProtocol)
            {
                _listeners.Tell(eventName, payload);
            }

            if (!isVolatile)
            {
                await _line.AddAsync(packet, call.Answer, cancellationToken).ConfigureAwait(false);
            }
            else if (!Outbox.TryAddVolatile(packet))
            {
                _meter.EventDropped(_path.Value);
                throw new Core.Acks.DisconnectedException(eventName);
            }

            _meter.EventSent(_path.Value);
            return await call.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Core.Acks.AckTimeoutException)
        {
            _meter.AckTimedOut(_path.Value);
            throw;
        }
        finally
        {
            Calls.End(call);
            if (packet is not null)
            {
                Outbox.Remove(packet); // A caller that waits no more has nothing sent for it.
            }
        }
    }

    /// <summary>Opens a connection that the server has accepted.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="terms">What the server has granted; <see langword="null"/> for an ordinary connection.</param>
    internal void Open(EngineSession session, SessionTerms? terms) => Losses.Tell(Outbox.Open(session, terms));

    /// <summary>The session of the server is over for good: nobody can know any more what became of what it has not acknowledged.</summary>
    internal void EndSession() => Losses.Tell(Outbox.EndSession());

    /// <summary>Moves what may go out now into a batch.</summary>
    internal void TakeInto(EngineSession session, OutgoingBatch batch)
    {
        foreach ((OutgoingPacket packet, long low) in Outbox.Take(session, batch.Room))
        {
            batch.Add(Encode(packet.Kind, packet.Number > 0 ? NumberedPayload.Write(packet.Payload, packet.Number, low) : packet.Payload, packet.AckId));
        }
    }

    /// <summary>The server has acknowledged something.</summary>
    internal void OnAnswer(in Packet packet)
    {
        if (packet.AckId is { } id && Outbox.Confirm(id) is { Call: null } told)
        {
            // Nobody awaits it, so nobody else would hear of a refusal.
            if (AckError.Find(told.EventName, EventArguments.From(in packet)) is { } refusal)
            {
                ClientLog.EventRefused(_logger, refusal.Message);
            }

            return;
        }

        Calls.Complete(in packet);
    }

    /// <summary>Answers a question of the server. Never refused: the server has asked for it, and each question is answered once.</summary>
    internal void Answer(AckId id, EventPayload payload) =>
        Outbox.AddForSession(new OutgoingPacket(PacketKind.Ack, "", payload, id));

    /// <summary>Sends what belongs to the protocol and to this session only, whatever the bounds are: who calls this bounds it.</summary>
    /// <returns>The packet; it can be taken back while it waits.</returns>
    internal OutgoingPacket TellNow(string eventName, EventPayload payload)
    {
        var packet = new OutgoingPacket(PacketKind.Event, eventName, payload);
        Outbox.AddForSession(packet);
        return packet;
    }

    /// <summary>Asks what belongs to the protocol and to this session only. It ends with an answer, or by its time.</summary>
    internal async Task<EventArguments> AskNowAsync(string eventName, EventPayload payload, TimeSpan timeout)
    {
        PendingCall call = Calls.Begin(eventName, timeout, isMadeInHandler: false);
        try
        {
            Outbox.AddForSession(new OutgoingPacket(PacketKind.Event, eventName, payload, new AckId(call.Id), call));
            return await call.Answer.ConfigureAwait(false);
        }
        finally
        {
            Calls.End(call);
        }
    }

    /// <summary>Says goodbye to the namespace, behind whatever waits. Where the server confirms, that is waited for: what it has not confirmed then has an unknown fate.</summary>
    /// <returns>A task that completes when it has been handed to the session, when there is none, or when the network takes nothing.</returns>
    internal async Task SayGoodbyeAsync(CancellationToken cancellationToken)
    {
        await WaitAsync(Outbox.WhenConfirmed(), cancellationToken).ConfigureAwait(false);
        var goodbye = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Outbox.AddForSession(new OutgoingPacket(PacketKind.Disconnect, "", default) { Goodbye = goodbye });
        await WaitAsync(goodbye.Task, cancellationToken).ConfigureAwait(false);
    }

    // A network that takes nothing, and a server that answers nothing, must not keep anybody who wants to leave.
    private async Task WaitAsync(Task goodbye, CancellationToken cancellationToken) =>
        await goodbye.WaitAsync(s_goodbyeLimit, _timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Encodes a packet of this namespace.</summary>
    internal EncodedPacket Encode(PacketKind kind, EventPayload payload, AckId? ackId)
    {
        var packet = new Packet
        {
            Kind = kind,
            Namespace = _path.Utf8Memory,
            AckId = ackId,
            Data = payload.Data,
            AttachmentCount = payload.Attachments?.Count ?? 0,
            Attachments = payload.Attachments,
        };
        return PacketEncoder.Encode(JsonPacketCodec.Instance, in packet);
    }
}
