using System.Diagnostics;
using Realtime.Core.Connections;

namespace Realtime.Core.Rooms;

/// <summary>A set of recipients that publications go to, in one order for all of them.</summary>
/// <remarks>
/// <para>Guarded by <c>_gate</c>, which is never held while anything is sent. <c>_sendGate</c> makes sure that one thread at a time sends;
/// what others publish meanwhile rides along with its next pass.</para>
/// <para>A publication takes its place in the order when it is published, and is sent at the end of the <see cref="FlushScope"/> it was made in, or at once
/// outside of one. Who joins in between does not get it (<c>_ahead</c>), who leaves in between does (<c>_departed</c>).</para>
/// </remarks>
internal sealed class Room(string name, RoomIndex index) : IDeferredFanOut
{
    private readonly Lock _gate = new();
    private readonly Lock _sendGate = new();
    private readonly MemberList _members = new();
    private List<PendingBroadcast> _pending = [];
    private Dictionary<Recipient, int>? _ahead;
    private TaskCompletionSource? _pendingSent;
    private List<DepartedMember>? _departed;
    private long _published;
    private long _sent;
    private bool _sending;
    private bool _inBackground;

    internal string Name { get; } = name;

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
    internal ValueTask Publish(in PendingBroadcast broadcast)
    {
        Task sent;
        long number;
        lock (_gate)
        {
            AssertInvariantsLocked();
            if (_members.Count == 0)
            {
                return default;
            }

            broadcast.Broadcast.Retain();
            _pending.Add(broadcast);
            number = ++_published;
            sent = IsLargeLocked() ? (_pendingSent ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }

        if (FlushScope.Current is { } scope)
        {
            scope.Add(this, number);
        }
        else
        {
            Flush();
        }

        return sent.IsCompleted ? default : new ValueTask(sent);
    }

    public void Flush()
    {
        lock (_gate)
        {
            if (_pending.Count == 0 || _inBackground)
            {
                return;
            }

            _inBackground = IsLargeLocked();
            if (_inBackground)
            {
                StartBackgroundPassLocked();
                return;
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
        if (member is not Recipient recipient || !index.IsMember(recipient, this))
        {
            return;
        }

        lock (_gate)
        {
            if (!_sending)
            {
                CatchUpLocked(recipient);
                return;
            }
        }

        // Another thread is in the middle of an earlier pass, which may not have reached this member yet: behind it is the only right place.
        Flush();
    }

    public void EnsureSent(long number)
    {
        if (Volatile.Read(ref _sent) < number)
        {
            Flush();
        }
    }

    internal void Join(Membership membership)
    {
        lock (_gate)
        {
            _members.Add(membership);
            if (_pending.Count > 0)
            {
                (_ahead ??= [])[membership.Recipient] = _pending.Count; // published before this member came
            }
        }
    }

    internal void Leave(Membership membership)
    {
        lock (_gate)
        {
            if (_pending.Count > 0)
            {
                // What is waiting was published while this member was still there.
                (_departed ??= []).Add(new DepartedMember(membership.Recipient, _ahead?.GetValueOrDefault(membership.Recipient) ?? 0, _pending.Count));
                _ahead?.Remove(membership.Recipient);
            }

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

    /// <summary>The background pass has ended: what was published meanwhile is next.</summary>
    internal void CompleteBackgroundPass(FanOutPass pass, TaskCompletionSource? sent)
    {
        CompletePass(pass);
        sent?.TrySetResult();
        lock (_gate)
        {
            if (_pending.Count > 0)
            {
                StartBackgroundPassLocked();
            }
            else
            {
                _inBackground = false;
            }
        }
    }

    private bool IsLargeLocked() => _inBackground || _members.Count > index.Options.BatchSize;

    private void StartBackgroundPassLocked()
    {
        TaskCompletionSource? sent = _pendingSent;
        _pendingSent = null;
        new BackgroundFanOut(this, TakePassLocked(), sent, index.Options).Start();
    }

    private FanOutPass? TakePass()
    {
        lock (_gate)
        {
            if (_pending.Count == 0 || _inBackground)
            {
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
        var pass = new FanOutPass(_pending, _members.TakeSnapshot(), _ahead, _departed, _published);
        index.Meter.MessagesSent((long)_pending.Count * _members.Count, 0);
        _pending = [];
        _ahead = null;
        _departed = null;
        _sending = true;
        return pass;
    }

    private void CompletePass(FanOutPass pass)
    {
        pass.Complete();
        lock (_gate)
        {
            _sending = false;
            Volatile.Write(ref _sent, pass.Last);
        }
    }

    private void CatchUpLocked(Recipient recipient)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        for (int i = _ahead?.GetValueOrDefault(recipient) ?? 0; i < _pending.Count; i++)
        {
            _pending[i].SendTo(recipient);
        }

        (_ahead ??= [])[recipient] = _pending.Count;
    }

    [Conditional("DEBUG")]
    private void AssertInvariantsLocked()
    {
        Debug.Assert((_ahead is null && _departed is null) || _pending.Count > 0, "Nobody is ahead of nothing, nobody left before nothing.");
        Debug.Assert(_pendingSent is null || _pending.Count > 0, "Somebody waits only for what is pending.");
    }
}
