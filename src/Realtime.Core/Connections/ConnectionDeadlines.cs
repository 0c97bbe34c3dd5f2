namespace Realtime.Core.Connections;

/// <summary>The deadlines of one connection on the one entry that it has on the wheel: heartbeat, grace period, orderly close. Pure arithmetic.</summary>
/// <remarks>Guarded by the connection's gate. Times are those of the server's timing wheel.</remarks>
internal struct ConnectionDeadlines(HeartbeatOptions heartbeat, TimeSpan now)
{
    private TimeSpan _graceEnds = TimeSpan.MaxValue;
    private TimeSpan _closeEnds = TimeSpan.MaxValue;

    internal Heartbeat Heartbeat = new(heartbeat, now);

    internal void BeginGrace(TimeSpan ends) => _graceEnds = ends;

    internal void EndGrace() => _graceEnds = TimeSpan.MaxValue;

    internal void BeginClose(TimeSpan ends) => _closeEnds = ends;

    /// <summary>Gets the time at which <see cref="Check"/> wants to be called next.</summary>
    internal readonly TimeSpan Next(bool isOpen)
    {
        TimeSpan next = isOpen ? Heartbeat.Due : _closeEnds;
        return isOpen && _graceEnds < next ? _graceEnds : next;
    }

    internal DueAction Check(bool isOpen, TimeSpan now)
    {
        if (!isOpen)
        {
            return now >= _closeEnds ? DueAction.End : DueAction.Wait;
        }

        if (now >= _graceEnds)
        {
            return DueAction.Refuse;
        }

        return Heartbeat.Check(now) switch
        {
            HeartbeatAction.Ping => DueAction.Ping,
            HeartbeatAction.Cut => DueAction.Cut,
            _ => DueAction.Wait,
        };
    }
}
