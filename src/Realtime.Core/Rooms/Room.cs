using Realtime.Core.Connections;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>A set of recipients that publications go to, in one order for all of them.</summary>
/// <remarks>
/// <para>Guarded by <c>_gate</c>, which is never held while anything is sent. <c>_sendGate</c> makes sure that one thread at a time sends;
/// what others publish meanwhile rides along with its next pass.</para>
/// <para>A publication takes its place in the order when it is published, and is sent at the end of the <see cref="FlushScope"/> it was made in, or at once
/// outside of one. Who joins in between does not get it, who leaves in between does: see <see cref="Backlog"/>. A large room is served in the background.</para>
/// </remarks>
internal sealed class Room(string name, RoomIndex index) : IDeferredFanOut
{
    private readonly Lock _gate = new();
    private readonly Lock _sendGate = new();
    private readonly MemberList _members = new();
    private readonly Backlog _backlog = new();
    private TaskCompletionSource? _pendingSent;
    private BackgroundFanOut? _background;
    private long _published;
    private long _sent;
    private StreamPosition? _tail; // what was placed last of the log that the room keeps
    private bool _sending;
    private bool _inBackground;

    internal string Name { get; } = name;

    /// <summary>Gets or sets the number of memberships, those included that are not attached yet. Guarded by the gate of the index.</summary>
    internal int Linked { get; set; }

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

    /// <summary>Publishes to all members.</summary>
    /// <returns>A task that completes when every member has been served. For rooms up to one batch it is complete as soon as the order is certain.</returns>
    internal ValueTask Publish(in PendingBroadcast broadcast) => Send(Append(in broadcast));

    /// <summary>Gives a publication its place in the order. To be followed by <see cref="Send"/>, outside of all locks.</summary>
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

    /// <summary>Sends what was appended, at the end of the scope if there is one.</summary>
    internal ValueTask Send(Appended appended)
    {
        if (appended.Number == 0)
        {
            return default;
        }

        if (FlushScope.Current is { } scope)
        {
            scope.Add(this, appended.Number);
        }
        else
        {
            Flush();
        }

        return appended.Sent is { IsCompletedSuccessfully: false } sent ? new ValueTask(sent) : default;
    }

    public void Flush()
    {
        lock (_gate)
        {
            if (_backlog.Count == 0 || _inBackground)
            {
                return; // whoever serves in the background goes on until nothing is left
            }
        }

        lock (_sendGate)
        {
            while (TakePass() is { } pass)
            {
                try
                {
                    pass.SendAll();
                }
                finally
                {
                    CompletePass(pass); // also when a codec throws: the room must go on
                }
            }
        }
    }

    public void CatchUp(object member)
    {
        if (member is not Recipient recipient)
        {
            return;
        }

        // Looked up before the gate is taken, as the order of the locks demands; whether it still holds is looked at under it.
        Membership? membership = index.FindMembership(recipient, this);
        long last = long.MaxValue;
        BackgroundFanOut? reached = null;
        while (!TryCatchUp(recipient, membership, reached, ref last, out BackgroundFanOut? background))
        {
            // A pass is on its way that may not have reached this member yet: behind it is the only right place.
            background?.ServeNow(recipient, membership?.Position ?? Membership.Left);
            reached = background;
            if (background is null)
            {
                Flush();
            }
        }
    }

    public void EnsureSent(long number, object member)
    {
        if (Volatile.Read(ref _sent) < number)
        {
            Flush();
        }

        if (Volatile.Read(ref _sent) < number)
        {
            CatchUp(member);
        }
    }

    internal void Join(Membership membership)
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
    internal bool TryJoin(Membership membership, StreamPosition position)
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

    internal void Leave(Membership membership)
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

    internal void CompletePass(FanOutPass pass)
    {
        pass.Complete();
        lock (_gate)
        {
            _sending = false;
            Volatile.Write(ref _sent, pass.Last);
        }
    }

    /// <summary>Sends what waits, those included who have left, and returns when a pass that is on its way has reached one of them.</summary>
    internal void Settle(Recipient left)
    {
        Flush();
        lock (_sendGate)
        {
            // whoever was sending is done
        }

        BackgroundFanOut? background;
        lock (_gate)
        {
            background = _background;
        }

        background?.ServeNow(left, Membership.Left);
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
    private bool TryCatchUp(Recipient recipient, Membership? membership, BackgroundFanOut? reached, ref long last, out BackgroundFanOut? background)
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

    private bool IsLargeLocked() => _inBackground || _members.Count > index.Options.BatchSize;

    private void StartBackgroundPassLocked()
    {
        TaskCompletionSource? sent = _pendingSent;
        _pendingSent = null;
        _background = new BackgroundFanOut(this, TakePassLocked(), sent, index.Options);
        _background.Start();
    }

    /// <summary>Takes what waits for the thread that has the send gate, or starts to serve it in the background: never beside a pass that is on its way.</summary>
    private FanOutPass? TakePass()
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

    private FanOutPass TakePassLocked()
    {
        index.Meter.MessagesSent((long)_backlog.Count * _members.Count, 0);
        _sending = true;
        return _backlog.Take(_members.TakeSnapshot(), _published);
    }
}
