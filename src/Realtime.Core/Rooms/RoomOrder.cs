using Realtime.Core.Diagnostics;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>The order of one room: who is in it, what waits to be sent to them, and what is on its way.</summary>
/// <remarks>Guarded by <c>_gate</c>, which is never held while anything is sent.</remarks>
internal sealed class RoomOrder(FanOutOptions options, RealtimeMeter meter)
{
    private readonly Lock _gate = new();
    private readonly MemberList _members = new();
    private readonly Backlog _backlog = new();
    private TaskCompletionSource? _pendingSent;
    private BackgroundFanOut? _background;
    private long _published;
    private long _sent;
    private StreamPosition? _tail; // what was placed last of the log that the room keeps
    private bool _sending;
    private bool _inBackground;

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _members.Count;
            }
        }
    }

    /// <summary>Gets a value indicating whether something waits that nobody serves: who serves in the background goes on until nothing is left.</summary>
    internal bool HasWork
    {
        get
        {
            lock (_gate)
            {
                return _backlog.Count > 0 && !_inBackground;
            }
        }
    }

    /// <summary>Gets the pass that is on its way in the background.</summary>
    internal BackgroundFanOut? Background
    {
        get
        {
            lock (_gate)
            {
                return _background;
            }
        }
    }

    internal bool HasSent(long number) => Volatile.Read(ref _sent) >= number;

    /// <summary>Gives a publication its place.</summary>
    internal Appended Append(in PendingBroadcast broadcast)
    {
        lock (_gate)
        {
            _tail = broadcast.Copy?.Position ?? _tail;
            if (_members.Count == 0)
            {
                return default;
            }

            _backlog.Add(in broadcast);
            Task? sent = IsLargeLocked() ? (_pendingSent ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : null;
            return new Appended(++_published, sent);
        }
    }

    internal void Add(Membership membership)
    {
        lock (_gate)
        {
            _members.Add(membership);
            _backlog.OnJoined(membership.Recipient);
        }
    }

    /// <summary>
    /// Attaches a recipient that has been sent the log of the room up to a position, when that is what was placed here last: from here on it gets what is placed next.
    /// </summary>
    /// <returns>Whether it was. Otherwise there is more to read.</returns>
    internal bool TryAdd(Membership membership, StreamPosition position)
    {
        lock (_gate)
        {
            if (_tail is { } tail && tail.Stream == position.Stream && tail.Offset != position.Offset)
            {
                return false;
            }

            _tail = position;
            _members.Add(membership);
            _backlog.OnJoined(membership.Recipient);
            return true;
        }
    }

    internal void Remove(Membership membership)
    {
        lock (_gate)
        {
            if (membership.Position == Membership.Left)
            {
                return; // it was never attached
            }

            _backlog.OnLeft(membership.Recipient);
            _members.Remove(membership);
        }
    }

    internal MemberSnapshot TakeSnapshot()
    {
        lock (_gate)
        {
            return _members.TakeSnapshot();
        }
    }

    internal void Complete(FanOutPass pass)
    {
        pass.Complete();
        lock (_gate)
        {
            _sending = false;
            Volatile.Write(ref _sent, pass.Last);
        }
    }

    /// <summary>A background pass has ended: what was published meanwhile is next.</summary>
    internal void ContinueInBackground()
    {
        lock (_gate)
        {
            _background = null;
            if (_backlog.Count > 0)
            {
                StartBackgroundPassLocked();
            }
            else
            {
                _inBackground = false;
            }
        }
    }

    /// <summary>Succeeds when no pass is on its way, or none that is still to reach the recipient with what was published up to the first call.</summary>
    internal bool TryCatchUp(Recipient recipient, Membership? membership, BackgroundFanOut? reached, ref long last, out BackgroundFanOut? background)
    {
        lock (_gate)
        {
            last = Math.Min(last, _published);
            background = _background;
            bool isMember = membership is { Position: not Membership.Left };
            if (_sending && (background is null || background != reached))
            {
                return !isMember || _sent >= last;
            }

            _backlog.SendTo(recipient, isMember);
            return true;
        }
    }

    /// <summary>Takes what waits for the thread that has the send gate, or starts to serve it in the background: never beside a pass that is on its way.</summary>
    internal FanOutPass? TakePass()
    {
        lock (_gate)
        {
            if (_backlog.Count == 0 || _inBackground)
            {
                return null;
            }

            if (IsLargeLocked())
            {
                _inBackground = true;
                StartBackgroundPassLocked();
                return null;
            }

            // The room may have shrunk since: whoever waits for a background pass is content with this one.
            _pendingSent?.TrySetResult();
            _pendingSent = null;
            return TakePassLocked();
        }
    }

    private bool IsLargeLocked() => _inBackground || _members.Count > options.BatchSize;

    private void StartBackgroundPassLocked()
    {
        TaskCompletionSource? sent = _pendingSent;
        _pendingSent = null;
        _background = new BackgroundFanOut(this, TakePassLocked(), sent, options);
        _background.Start();
    }

    private FanOutPass TakePassLocked()
    {
        meter.MessagesSent((long)_backlog.Count * _members.Count, 0);
        _sending = true;
        return _backlog.Take(_members.TakeSnapshot(), _published);
    }
}
