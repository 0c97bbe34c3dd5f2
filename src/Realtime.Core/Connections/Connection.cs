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
    private ConnectionDeadlines _deadlines;
    private ITransport _transport;
    private TransportUpgrade? _upgrade;
    private ConnectionState _state = ConnectionState.Open;

    internal Connection(ConnectionEngine engine, string id, ITransport transport, IHandshake handshake, WireProtocol protocol)
    {
        _engine = engine;
        _transport = transport;
        Id = id;
        Handshake = handshake;
        Protocol = protocol;
        Outbound = new OutboundQueue(this, transport, engine.Options.MaxBufferedBytes);
        _deadlines = new ConnectionDeadlines(engine.Options.Heartbeat, engine.Wheel.Now);
    }

    /// <summary>Gets the id that the client sends with every request. A secret: never show it to others.</summary>
    public string Id { get; }

    /// <summary>Gets the request that opened the connection.</summary>
    public IHandshake Handshake { get; }

    /// <summary>Gets what the client speaks.</summary>
    public WireProtocol Protocol { get; }

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

    internal ConnectionPlace? Place { get; init; }

    internal ConnectionEngine Engine => _engine;

    internal TransportUpgrade? Upgrade => Volatile.Read(ref _upgrade);

    private bool IsOpenLocked => _state is ConnectionState.Open or ConnectionState.Upgrading;

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
        TimeSpan ends = _engine.Wheel.Now + _engine.Options.CloseTimeout;
        lock (_gate)
        {
            if (!TryMoveLocked(ConnectionEvent.CloseRequested))
            {
                return;
            }

            CloseReason = reason;

            // A client that is about to confirm polls no more: what was sent before reaches it only on the new transport.
            upgrade = discard ? TakeUpgradeLocked() : null;
            _deadlines.BeginClose(ends);
        }

        upgrade?.Drop();
        _engine.Wheel.ScheduleAt(this, ends);
        _engine.Report(this, reason);
        Protocol.SayFarewell(Outbound, reason);
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
            _deadlines.BeginGrace(ends);
            due = _deadlines.Next(IsOpenLocked);
        }

        _engine.Wheel.ScheduleAt(this, due);
    }

    /// <summary>Ends the period of <see cref="BeginGracePeriod"/> for good.</summary>
    public void EndGracePeriod()
    {
        lock (_gate)
        {
            _deadlines.EndGrace();
        }
    }

    /// <inheritdoc />
    public ValueTask OnReadableAsync(ITransport transport) => ReadLoop.RunAsync(this, transport);

    /// <inheritdoc />
    public void OnWritable(ITransport transport)
    {
        if (ReferenceEquals(transport, Transport))
        {
            Outbound.Flush();
        }
    }

    /// <inheritdoc />
    public void OnPong(ITransport transport)
    {
        if (Protocol.TakesPongsOfTransport)
        {
            NoteSignOfLife(isPong: true);
        }
    }

    /// <inheritdoc />
    public void OnClosed(ITransport transport, Exception? cause) => ConnectionEnd.OnClosed(this, transport, cause);

    /// <inheritdoc />
    protected internal override void OnDue()
    {
        DueAction action;
        TimeSpan due;
        lock (_gate)
        {
            if (_state == ConnectionState.Closed)
            {
                return; // It ended while the call before this one was still at work, which then set a deadline that nobody needs.
            }

            action = _deadlines.Check(IsOpenLocked, _engine.Wheel.Now);
            due = _deadlines.Next(IsOpenLocked);
        }

        switch (action)
        {
            case DueAction.End:
                End(CloseReason.TransportClose);
                break;
            case DueAction.Refuse:
                Close(CloseReason.ConnectTimeout);
                break;
            case DueAction.Cut:
                Close(CloseReason.PingTimeout, discard: true);
                break;
            default:
                // First the deadline: sending may end the connection, which takes it off the wheel.
                _engine.Wheel.ScheduleAt(this, due);
                if (action == DueAction.Ping && !Protocol.TryPing(Outbound))
                {
                    NoteSignOfLife(isPong: true); // The transport asks by itself, and ends when nobody answers.
                }

                break;
        }
    }

    internal void Start()
    {
        Protocol.Greet(this);
        TimeSpan due;
        lock (_gate)
        {
            due = _deadlines.Next(IsOpenLocked);
        }

        _engine.Wheel.ScheduleAt(this, due);
    }

    /// <summary>The new transport takes over. What waits goes out on it, behind what the old one has sent.</summary>
    internal void CompleteUpgrade(TransportUpgrade upgrade)
    {
        ITransport old;
        lock (_gate)
        {
            if (_upgrade != upgrade)
            {
                return;
            }

            TryMoveLocked(ConnectionEvent.UpgradeConfirmed); // Closing stays what it is.
            _upgrade = null;
            old = _transport;
            Volatile.Write(ref _transport, upgrade.Transport);
            _deadlines.Heartbeat.OnUpgrade();
        }

        _engine.Wheel.Cancel(upgrade);
        upgrade.ReleasePoll(old);
        Outbound.Switch(upgrade.Transport);
        ConnectionLog.Upgraded(_engine.Logger, Id, upgrade.Transport.Name);
    }

    internal void FailUpgrade(ITransport transport)
    {
        TransportUpgrade? upgrade = null;
        lock (_gate)
        {
            if (_upgrade?.Transport == transport)
            {
                TryMoveLocked(ConnectionEvent.UpgradeFailed);
                upgrade = TakeUpgradeLocked();
            }
        }

        upgrade?.Drop();
    }

    private bool TryMoveLocked(ConnectionEvent happened)
    {
        (ConnectionState before, _state) = (_state, ConnectionTransitions.Next(_state, happened));
        return _state != before;
    }

    private TransportUpgrade? TakeUpgradeLocked()
    {
        TransportUpgrade? upgrade = _upgrade;
        _upgrade = null;
        return upgrade;
    }

    /// <summary>While we do not read, the client's answer to a ping may lie unread in front of us.</summary>
    internal void SetReading(bool suspended)
    {
        lock (_gate)
        {
            IsReadingSuspended = suspended;
            _deadlines.Heartbeat.SetSuspended(suspended, _engine.Wheel.Now);
        }
    }

    internal void NoteSignOfLife(bool isPong)
    {
        TimeSpan now = _engine.Wheel.Now;
        lock (_gate)
        {
            _deadlines.Heartbeat.OnSignOfLife(now, isPong);
        }
    }

    /// <summary>A transport brought what is no frame.</summary>
    internal void Fail(ITransport transport, CloseReason reason)
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
    internal void End(CloseReason reason)
    {
        TransportUpgrade? upgrade;
        bool wasOpen;
        lock (_gate)
        {
            wasOpen = IsOpenLocked;
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
