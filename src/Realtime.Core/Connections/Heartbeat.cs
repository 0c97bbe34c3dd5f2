namespace Realtime.Core.Connections;

/// <summary>The arithmetic of one connection's heartbeat, without a clock and without effects.</summary>
/// <remarks>
/// Guarded by the connection's gate. Times are those of the server's timing wheel. Deadlines follow from the last answer, not from when a tick came round:
/// lateness does not add up. A pong moves nothing on the wheel; the old deadline passes, finds nothing to do, and is set anew.
/// </remarks>
internal struct Heartbeat
{
    private readonly TimeSpan _interval;
    private readonly TimeSpan _timeout;
    private readonly int _maxMissed;
    private TimeSpan _nextPing;
    private TimeSpan _deadline;
    private TimeSpan _suspendedAt;
    private int _missed;
    private bool _awaiting;
    private bool _extended;
    private bool _suspended;

    internal Heartbeat(HeartbeatOptions options, TimeSpan now)
    {
        _interval = options.Interval;
        _timeout = options.Timeout;
        _maxMissed = options.MaxMissed;
        _nextPing = now + _interval;
    }

    /// <summary>Gets the time at which <see cref="Check"/> wants to be called next.</summary>
    internal readonly TimeSpan Due => _awaiting && !_suspended && _deadline < _nextPing ? _deadline : _nextPing;

    internal HeartbeatAction Check(TimeSpan now)
    {
        if (_suspended)
        {
            // No answer is expected: it may lie unread in front of us, because we are the ones who do not read. But writing finds out that nobody is there.
            bool asks = now >= _nextPing;
            _nextPing = asks ? now + _interval : _nextPing;
            return asks ? HeartbeatAction.Ping : HeartbeatAction.Wait;
        }

        if (_awaiting && now >= _deadline)
        {
            _awaiting = false;
            if (++_missed >= _maxMissed)
            {
                return HeartbeatAction.Cut;
            }
        }

        if (_awaiting)
        {
            // An extended deadline may lie behind the next ping: that one is skipped, or it would have less than a timeout.
            _nextPing += now >= _nextPing ? _interval : TimeSpan.Zero;
            return HeartbeatAction.Wait;
        }

        if (now < _nextPing)
        {
            return HeartbeatAction.Wait;
        }

        _deadline = _nextPing + _timeout;
        _nextPing += _interval;
        _awaiting = true;
        _extended = false;
        return HeartbeatAction.Ping;
    }

    internal void OnSignOfLife(TimeSpan now, bool isPong)
    {
        if (isPong)
        {
            OnPong(now);
        }
        else
        {
            OnTraffic(now);
        }
    }

    internal void OnPong(TimeSpan now)
    {
        _awaiting = false;
        _missed = 0;
        _nextPing = now + _interval;
    }

    /// <summary>A sign of life that is no answer: it grants the ping that is out one more timeout, once, as Node does since engine.io 6.6.10.</summary>
    internal void OnTraffic(TimeSpan now)
    {
        if (_awaiting && !_extended)
        {
            _extended = true;
            _deadline = now + _timeout;
        }
    }

    /// <summary>A new transport: an answer may have been lost with the old one.</summary>
    internal void OnUpgrade() => _awaiting = false;

    internal void SetSuspended(bool suspended, TimeSpan now)
    {
        if (suspended)
        {
            _suspendedAt = now;
        }
        else
        {
            _deadline += now - _suspendedAt;
        }

        _suspended = suspended;
    }
}
