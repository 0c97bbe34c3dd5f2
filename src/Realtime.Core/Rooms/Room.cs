using System.Diagnostics;
using Realtime.Core.Connections;

namespace Realtime.Core.Rooms;

/// <summary>A set of recipients that publications go to, in one order for all of them.</summary>
/// <remarks>
/// <para>Guarded by <c>_gate</c>, which is never held while anything is sent. <c>_sendGate</c> makes sure that one thread at a time sends;
/// what others publish meanwhile rides along with its next pass.</para>
/// <para>A publication takes its place in the order when it is published, and is sent at the end of the <see cref="FlushScope"/> it was made in, or at once
/// outside of one. Who joins in between does not get it, who leaves in between does: <c>_ahead</c> and <c>_departures</c> see to that.</para>
/// </remarks>
internal sealed class Room(string name, RoomIndex index) : IDeferredFanOut
{
    private readonly Lock _gate = new();
    private readonly Lock _sendGate = new();
    private readonly MemberList _members = new();
    private List<PendingBroadcast> _pending = [];
    private Dictionary<Recipient, int>? _ahead;
    private Dictionary<Recipient, Departure?>? _departures; // null: has got everything already
    private TaskCompletionSource? _pendingSent;
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
        lock (_gate)
        {
            AssertInvariantsLocked();
            if (_members.Count == 0)
            {
                return default;
            }

            broadcast.Broadcast.Retain();
            _pending.Add(broadcast);
            sent = IsLargeLocked() ? (_pendingSent ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task : Task.CompletedTask;
        }

        if (FlushScope.Current is { } scope)
        {
            scope.Add(this);
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
                pass.SendDepartures();
                for (int chunk = 0; chunk < pass.ChunkCount; chunk++)
                {
                    pass.SendChunk(chunk);
                }

                pass.Complete();
            }
        }
    }

    public void CatchUp(object member)
    {
        if (member is not Recipient recipient)
        {
            return;
        }

        bool isMember = index.IsMember(recipient, this);

        // Behind the pass that another thread is sending: the member may still be waiting for it.
        lock (_sendGate)
        {
            lock (_gate)
            {
                CatchUpLocked(recipient, isMember);
            }
        }
    }

    internal void Join(Membership membership)
    {
        lock (_gate)
        {
            _members.Add(membership);
            if (_pending.Count > 0)
            {
                // What is waiting was published before this member came.
                (_ahead ??= [])[membership.Recipient] = _pending.Count;
            }
        }
    }

    internal void Leave(Membership membership)
    {
        lock (_gate)
        {
            // What is waiting was published while this member was still there. Not sent from here: it would overtake a pass that is on its way.
            int first = 0;
            _ahead?.Remove(membership.Recipient, out first);
            if (_pending.Count > 0)
            {
                Departure? earlier = (_departures ??= []).GetValueOrDefault(membership.Recipient);
                _departures[membership.Recipient] = first < _pending.Count ? new Departure(first, _pending.Count, earlier) : earlier;
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
    internal void CompleteBackgroundPass(TaskCompletionSource? sent)
    {
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
        TaskCompletionSource? sent;
        FanOutPass? pass;
        lock (_gate)
        {
            if (_pending.Count == 0 || _inBackground)
            {
                return null;
            }

            // The room has shrunk since: whoever waits for a background pass gets this one.
            sent = _pendingSent;
            _pendingSent = null;
            pass = TakePassLocked();
        }

        sent?.TrySetResult();
        return pass;
    }

    private FanOutPass TakePassLocked()
    {
        var pass = new FanOutPass(_pending, _members.TakeSnapshot(), _ahead, _departures);
        index.Meter.MessagesSent((long)_pending.Count * _members.Count, 0);
        _pending = [];
        _ahead = null;
        _departures = null;
        return pass;
    }

    private void CatchUpLocked(Recipient recipient, bool isMember)
    {
        if (_departures is not null && _departures.TryGetValue(recipient, out Departure? departure))
        {
            departure?.Send(_pending, recipient);
            _departures[recipient] = null;
            isMember = _ahead?.ContainsKey(recipient) == true; // It has left since it was asked, unless it has come back.
        }

        if (_pending.Count == 0 || !isMember)
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
        Debug.Assert(_ahead is null || _pending.Count > 0, "Nobody is ahead of nothing.");
        Debug.Assert(_departures is null || _pending.Count > 0, "Nobody who left is owed nothing.");
        Debug.Assert(_pendingSent is null || _pending.Count > 0, "Somebody waits only for what is pending.");
    }
}
