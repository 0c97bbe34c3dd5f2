using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Timing;

namespace Realtime.Core.Namespaces;

/// <summary>The ticket of one socket: watches its end, tells the client, and takes a new one in its place. Only sockets that were given a ticket have one.</summary>
/// <remarks>Guarded by <c>_gate</c>. On the wheel only while the ticket has an end.</remarks>
internal sealed class TicketSession(RealtimeSocket socket, NamespaceEnvironment environment, SocketTicket ticket, string? subject) : WheelEntry
{
    private readonly Lock _gate = new();
    private SocketTicket _ticket = ticket;
    private TimeSpan _lastRefresh = TimeSpan.MinValue;
    private bool _running;
    private bool _ended;
    private bool _told;
    private bool _refreshing;
    private int _refreshes;

    /// <summary>Gets the id of the user that the first ticket was for. Later ones have to be for the same.</summary>
    internal string? Subject => subject;

    /// <summary>Gets how often the ticket was replaced.</summary>
    internal int Refreshes => Volatile.Read(ref _refreshes);

    internal SocketTicket Ticket
    {
        get
        {
            lock (_gate)
            {
                return _ticket;
            }
        }
    }

    private HandshakeAuthenticationOptions Options => environment.Authentication.Options;

    /// <summary>The socket is in the namespace: its time runs.</summary>
    internal void Start()
    {
        lock (_gate)
        {
            _running = true;
            ScheduleLocked();
        }
    }

    /// <summary>The socket is gone.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _ended = true;
            environment.Wheel.Cancel(this);
        }
    }

    /// <summary>Takes the right to refresh: one at a time, and not too often.</summary>
    /// <returns><see langword="null"/> when it was given; else the time to wait.</returns>
    internal TimeSpan? TryBeginRefresh()
    {
        TimeSpan now = environment.Wheel.Now;
        lock (_gate)
        {
            if (_refreshing)
            {
                return Options.MinRefreshInterval;
            }

            if (_lastRefresh != TimeSpan.MinValue && now - _lastRefresh < Options.MinRefreshInterval)
            {
                return Options.MinRefreshInterval - (now - _lastRefresh);
            }

            _refreshing = true;
            _lastRefresh = now;
            return null;
        }
    }

    internal void EndRefresh()
    {
        lock (_gate)
        {
            _refreshing = false;
        }
    }

    /// <summary>Puts a new ticket in the place of the old one.</summary>
    /// <returns>Whether it still counts: <see langword="false"/> when the socket is gone.</returns>
    internal bool TryReplace(SocketTicket renewed)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return false;
            }

            _ticket = renewed;
            _told = false;
            socket.User = renewed.User;
            Volatile.Write(ref _refreshes, _refreshes + 1);
            ScheduleLocked();
            return true;
        }
    }

    /// <inheritdoc />
    /// <remarks>The end of a socket runs code of the application, which must not hold up the deadlines of others.</remarks>
    protected internal override void OnDue() => ThreadPool.UnsafeQueueUserWorkItem(static session => session.TryAdvance(), this, preferLocal: false);

    private void TryAdvance()
    {
        try
        {
            Advance();
        }
#pragma warning disable CA1031 // Listeners of the application are called here; thrown on a pool thread it would end the process.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ConnectionLog.DeadlineFailed(environment.Logger, unexpected);
        }
    }

    private void Advance()
    {
        switch (TakeStep(out TimeSpan grace))
        {
            case Step.Tell:
                AuthenticationLog.TicketExpiring(environment.Logger, socket.Namespace.Name, socket.Id, (long)grace.TotalMilliseconds);
                if (Options.SendEvents)
                {
                    socket.SendEvent(AuthenticationPayload.Expiring(grace), ackId: null, EmitFlags.Default);
                }

                break;
            case Step.End:
                socket.EndTicket("expired", CloseReason.TokenExpired);
                break;
            default:
                break;
        }
    }

    private Step TakeStep(out TimeSpan grace)
    {
        grace = default;
        lock (_gate)
        {
            if (_ended || _ticket.ExpiresAt is not { } expires)
            {
                return Step.Wait;
            }

            TimeSpan left = expires - environment.TimeProvider.GetUtcNow();
            if (left > TimeSpan.Zero)
            {
                ScheduleLocked(); // A new ticket came, or the clock was set back.
                return Step.Wait;
            }

            grace = left + Options.ExpiryGrace;
            if (grace <= TimeSpan.Zero)
            {
                _ended = true;
                return Step.End;
            }

            environment.Wheel.Schedule(this, grace);
            bool told = _told;
            _told = true;
            return told ? Step.Wait : Step.Tell;
        }
    }

    private void ScheduleLocked()
    {
        if (!_running || _ended)
        {
            return;
        }

        if (_ticket.ExpiresAt is { } expires)
        {
            environment.Wheel.Schedule(this, expires - environment.TimeProvider.GetUtcNow());
        }
        else
        {
            environment.Wheel.Cancel(this);
        }
    }

    private enum Step
    {
        Wait,
        Tell,
        End,
    }
}
