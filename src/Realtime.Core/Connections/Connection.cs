using Realtime.Core.Framing;
using Realtime.Core.Timing;
using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>One client on one wire, from handshake to close reason. It survives the upgrade to a better transport.</summary>
/// <remarks>
/// Thread-safe. It owns its parts (queue, heartbeat, upgrade) and moves its state by <see cref="ConnectionTransitions"/>; it knows nothing of namespaces.
/// </remarks>
public sealed class Connection : WheelEntry, ITransportReceiver
{
    private readonly Lock _gate = new();
    private readonly ConnectionEngine _engine;
    private Heartbeat _heartbeat;
    private ITransport _transport;
    private TransportUpgrade? _upgrade;
    private ConnectionState _state = ConnectionState.Open;
    private TimeSpan _graceEnds = TimeSpan.MaxValue;
    private TimeSpan _closeEnds = TimeSpan.MaxValue;

    internal Connection(ConnectionEngine engine, string id, ITransport transport, IHandshake handshake)
    {
        _engine = engine;
        _transport = transport;
        Id = id;
        Handshake = handshake;
        Outbound = new OutboundQueue(this, transport, engine.Options.MaxBufferedBytes);
        _heartbeat = new Heartbeat(engine.Options.Heartbeat, engine.Wheel.Now);
    }

    /// <summary>Gets the id that the client sends with every request. A secret: never show it to others.</summary>
    public string Id { get; }

    /// <summary>Gets the request that opened the connection.</summary>
    public IHandshake Handshake { get; }

    /// <summary>Gets what waits to be sent.</summary>
    public OutboundQueue Outbound { get; }

    /// <summary>Gets the transport in use.</summary>
    public ITransport Transport => Volatile.Read(ref _transport);

    /// <summary>Gets the state.</summary>
    public ConnectionState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Gets a value indicating whether the connection is open for the layers above.</summary>
    public bool IsOpen => State is ConnectionState.Open or ConnectionState.Upgrading;

    /// <summary>Gets or sets what the layer above keeps with the connection.</summary>
    public object? Session { get; set; }

    /// <summary>Gets the reason, once the connection is no longer open.</summary>
    public CloseReason? CloseReason { get; private set; }

    /// <summary>Gets a value indicating whether reading has stopped because the layer above is behind.</summary>
    public bool IsReadingSuspended { get; private set; }

    /// <summary>Sends frames behind everything sent before.</summary>
    /// <param name="packet">The frames; retained if they have to wait.</param>
    /// <returns>Whether they were taken.</returns>
    public bool Send(EncodedPacket packet) => Outbound.Send(packet);

    /// <summary>Offers a second transport for this connection, as a client does that upgrades. Messages on it are a probe until the client confirms.</summary>
    /// <param name="transport">The new transport. Report its messages with <see cref="OnReadableAsync"/>.</param>
    /// <returns><see langword="false"/> when an upgrade is on its way, is done, or makes no sense: close the new transport then.</returns>
    public bool TryUpgrade(ITransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        TransportUpgrade upgrade;
        lock (_gate)
        {
            if (_transport.Name != TransportNames.Polling || !TryMoveLocked(ConnectionEvent.UpgradeStarted))
            {
                return false;
            }

            _upgrade = upgrade = new TransportUpgrade(this, transport);
        }

        _engine.Wheel.Schedule(upgrade, TransportUpgrade.PollReleaseInterval);
        return true;
    }

    /// <summary>Closes the connection in an orderly way: what was sent before still goes out.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="discard">Whether to drop what has not gone out yet.</param>
    public void Close(CloseReason reason, bool discard = false)
    {
        TransportUpgrade? upgrade;
        lock (_gate)
        {
            if (!TryMoveLocked(ConnectionEvent.CloseRequested))
            {
                return;
            }

            CloseReason = reason;
            upgrade = TakeUpgradeLocked();
            _closeEnds = _engine.Wheel.Now + _engine.Options.CloseTimeout;
        }

        upgrade?.Drop();
        _engine.Wheel.ScheduleAt(this, _closeEnds);
        _engine.Report(this, reason);
        Outbound.CloseWhenDrained(discard);
        if (discard)
        {
            _engine.Remove(this); // Nothing is left that a client could still fetch.
        }
    }

    /// <summary>Closes the connection unless <see cref="EndGracePeriod"/> is called in time.</summary>
    /// <param name="period">The time.</param>
    public void BeginGracePeriod(TimeSpan period)
    {
        TimeSpan ends = _engine.Wheel.Now + period;
        TimeSpan due;
        lock (_gate)
        {
            _graceEnds = ends;
            due = _heartbeat.Due;
        }

        _engine.Wheel.ScheduleAt(this, ends < due ? ends : due);
    }

    /// <summary>Ends the period of <see cref="BeginGracePeriod"/> for good.</summary>
    public void EndGracePeriod()
    {
        lock (_gate)
        {
            _graceEnds = TimeSpan.MaxValue;
        }
    }

    /// <inheritdoc />
    public ValueTask OnReadableAsync(ITransport transport)
    {
        ValueTask pending = ReadBatch(transport);
        return pending.IsCompletedSuccessfully ? default : ReadSlowlyAsync(transport, pending);
    }

    /// <inheritdoc />
    public void OnWritable(ITransport transport)
    {
        if (ReferenceEquals(transport, Transport))
        {
            Outbound.Flush();
        }
    }

    /// <inheritdoc />
    public void OnClosed(ITransport transport, Exception? cause)
    {
        CloseReason reason = cause is null ? CloseReason.TransportClose : CloseReason.TransportError;
        if (ReferenceEquals(transport, Transport))
        {
            End(reason);
        }
        else
        {
            FailUpgrade(transport);
        }
    }

    /// <inheritdoc />
    protected internal override void OnDue()
    {
        HeartbeatAction action;
        bool graceOver;
        bool closeOver;
        TimeSpan due;
        lock (_gate)
        {
            if (_state == ConnectionState.Closed)
            {
                return; // It ended while the call before this one was still at work, which then set a deadline that nobody needs.
            }

            TimeSpan now = _engine.Wheel.Now;
            bool isOpen = _state is ConnectionState.Open or ConnectionState.Upgrading;
            closeOver = now >= _closeEnds;
            graceOver = isOpen && now >= _graceEnds;
            action = isOpen ? _heartbeat.Check(now) : HeartbeatAction.Wait;
            due = NextDueLocked();
        }

        if (closeOver)
        {
            End(CloseReason.TransportClose);
        }
        else if (graceOver)
        {
            Close(CloseReason.ConnectTimeout);
        }
        else if (action == HeartbeatAction.Cut)
        {
            Close(CloseReason.PingTimeout, discard: true);
        }
        else
        {
            // First the deadline: sending may end the connection, which takes it off the wheel.
            _engine.Wheel.ScheduleAt(this, due);
            if (action == HeartbeatAction.Ping)
            {
                Outbound.Send(Frames.Ping);
            }
        }
    }

    internal void Start(EncodedPacket open)
    {
        Outbound.Send(open);
        open.Release();
        TimeSpan due;
        lock (_gate)
        {
            due = NextDueLocked();
        }

        _engine.Wheel.ScheduleAt(this, due);
    }

    /// <summary>Closes on a pool thread, for callers that hold something that the layers above may want.</summary>
    internal void CloseSoon(CloseReason reason) =>
        ThreadPool.UnsafeQueueUserWorkItem(static closing => closing.Connection.Close(closing.Reason, discard: true), (Connection: this, Reason: reason), preferLocal: false);

    /// <summary>The new transport takes over. What waits goes out on it, behind what the old one has sent.</summary>
    internal void CompleteUpgrade(TransportUpgrade upgrade)
    {
        ITransport old;
        lock (_gate)
        {
            if (_upgrade != upgrade || !TryMoveLocked(ConnectionEvent.UpgradeConfirmed))
            {
                return;
            }

            _upgrade = null;
            old = _transport;
            Volatile.Write(ref _transport, upgrade.Transport);
            _heartbeat.OnUpgrade();
        }

        _engine.Wheel.Cancel(upgrade);
        upgrade.ReleasePoll(old);
        Outbound.Switch(upgrade.Transport);
        old.Abort();
        ConnectionLog.Upgraded(_engine.Logger, Id, upgrade.Transport.Name);
    }

    internal void FailUpgrade(ITransport transport)
    {
        TransportUpgrade? upgrade = null;
        lock (_gate)
        {
            if (_upgrade?.Transport == transport && TryMoveLocked(ConnectionEvent.UpgradeFailed))
            {
                upgrade = TakeUpgradeLocked();
            }
        }

        upgrade?.Drop();
    }

    internal void Reschedule(TransportUpgrade upgrade) => _engine.Wheel.Schedule(upgrade, TransportUpgrade.PollReleaseInterval);

    internal TimeSpan UpgradeDeadline() => _engine.Wheel.Now + _engine.Options.UpgradeTimeout;

    internal bool IsPast(TimeSpan deadline) => _engine.Wheel.Now >= deadline;

    private static bool IsTraffic(in Frame frame) => frame.Kind is not FrameKind.Pong;

    private bool TryMoveLocked(ConnectionEvent happened)
    {
        ConnectionState next = ConnectionTransitions.Next(_state, happened);
        bool moved = next != _state;
        _state = next;
        return moved;
    }

    private TimeSpan NextDueLocked()
    {
        if (_state == ConnectionState.Closing)
        {
            return _closeEnds;
        }

        TimeSpan due = _heartbeat.Due;
        return _graceEnds < due ? _graceEnds : due;
    }

    private TransportUpgrade? TakeUpgradeLocked()
    {
        TransportUpgrade? upgrade = _upgrade;
        _upgrade = null;
        return upgrade;
    }

    /// <summary>Works through what has arrived. Ends early when the layer above needs time; then that is what it returns.</summary>
    private ValueTask ReadBatch(ITransport transport)
    {
        FlushScope scope = FlushScope.Enter();
        try
        {
            while (transport.TryRead(out TransportMessage message))
            {
                ValueTask handled = Handle(transport, in message);
                if (!handled.IsCompletedSuccessfully)
                {
                    return handled;
                }
            }
        }
        catch (TransportException broken)
        {
            transport.Abort();
            OnClosed(transport, broken);
        }
#pragma warning disable CA1031 // As in ReadSlowlyAsync: whatever the layer above throws ends its connection, not the read loop of the transport.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ConnectionLog.HandlerFailed(_engine.Logger, unexpected, Id);
            Close(CloseReason.ForcedClose);
        }
        finally
        {
            scope.Exit();
        }

        return default;
    }

    private async ValueTask ReadSlowlyAsync(ITransport transport, ValueTask pending)
    {
        do
        {
            SetReading(suspended: true);
            try
            {
                await pending.ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever the layer above throws must not end the read loop unnoticed: it ends the connection.
            catch (Exception unexpected)
#pragma warning restore CA1031
            {
                ConnectionLog.HandlerFailed(_engine.Logger, unexpected, Id);
                Close(CloseReason.ForcedClose);
            }

            SetReading(suspended: false);
            pending = ReadBatch(transport);
        }
        while (!pending.IsCompletedSuccessfully);
    }

    private void SetReading(bool suspended)
    {
        lock (_gate)
        {
            IsReadingSuspended = suspended;
            if (suspended)
            {
                _heartbeat.Suspend(_engine.Wheel.Now);
            }
            else
            {
                _heartbeat.Resume(_engine.Wheel.Now);
            }
        }
    }

    private ValueTask Handle(ITransport transport, in TransportMessage message)
    {
        if (!FrameReader.TryRead(in message, out Frame frame))
        {
            Fail(transport, CloseReason.ParseError);
            return default;
        }

        if (!ReferenceEquals(transport, Transport))
        {
            TransportUpgrade? upgrade = Volatile.Read(ref _upgrade);
            upgrade?.Handle(transport, in frame);
            return default;
        }

        if (!IsOpen)
        {
            return default;
        }

        NoteSignOfLife(in frame);
        switch (frame.Kind)
        {
            case FrameKind.Message:
                _engine.Meter.MessageReceived(frame.Payload.Length);
                return Deliver(in frame);
            case FrameKind.Close:
                End(CloseReason.TransportClose);
                return default;
            case FrameKind.Ping:
                // Since version 4 the server asks; a client that asks speaks another version.
                Close(CloseReason.TransportError, discard: true);
                return default;
            default:
                return default; // open, pong, upgrade, noop: nothing to do on an established connection
        }
    }

    private ValueTask Deliver(in Frame frame)
    {
        try
        {
            return _engine.Handler.OnMessageAsync(this, in frame);
        }
#pragma warning disable CA1031 // The layer above may fail before its first await as well as behind it: one way to end the connection.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            return ValueTask.FromException(unexpected);
        }
    }

    private void NoteSignOfLife(in Frame frame)
    {
        lock (_gate)
        {
            if (IsTraffic(in frame))
            {
                _heartbeat.OnTraffic(_engine.Wheel.Now);
            }
            else
            {
                _heartbeat.OnPong(_engine.Wheel.Now);
            }
        }
    }

    private void Fail(ITransport transport, CloseReason reason)
    {
        if (ReferenceEquals(transport, Transport))
        {
            Close(reason, discard: true);
        }
        else
        {
            FailUpgrade(transport);
        }
    }

    /// <summary>The transport is gone, or its time is over.</summary>
    private void End(CloseReason reason)
    {
        TransportUpgrade? upgrade;
        bool wasOpen;
        lock (_gate)
        {
            wasOpen = _state is ConnectionState.Open or ConnectionState.Upgrading;
            if (!TryMoveLocked(ConnectionEvent.TransportEnded))
            {
                return;
            }

            CloseReason ??= reason;
            upgrade = TakeUpgradeLocked();
        }

        _engine.Wheel.Cancel(this);
        upgrade?.Drop();
        Outbound.Close();
        Transport.Abort();
        _engine.Remove(this);
        if (wasOpen)
        {
            _engine.Report(this, reason);
        }
    }
}
