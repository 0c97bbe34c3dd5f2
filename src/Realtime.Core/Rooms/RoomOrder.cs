using Realtime.Core.Diagnostics;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>The order of one room: who is in it, what waits to be sent to them, and what is on its way.</summary>
/// <remarks>Guarded by <c>_gate</c>, which is never held while anything is sent.</remarks>
internal sealed class RoomOrder(FanOutOptions options, RealtimeMeter meter, DeferredRoom deferred)
{
    private readonly Lock _gate = new();
    private readonly MemberList _members = new();
    private readonly Backlog _backlog = new();
    private TaskCompletionSource? _pendingSent;
    private ChunkedFanOut? _underWay;
    private long _published;
    private long _sent;
    private StreamPosition? _tail; // what was placed last of the log that the room keeps
    private string? _ended; // the stream that went on as another one last
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

    /// <summary>Gets a value indicating whether serving the room takes a while, but not so long that it is done in the background.</summary>
    internal bool HasSeveralChunks => Count is > MemberList.ChunkSize and int members && members <= options.BatchSize;

    /// <summary>Gets the number of what was published last.</summary>
    internal long Published => Volatile.Read(ref _published);

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

    /// <summary>Gets the pass that is on its way to a room of several chunks.</summary>
    internal ChunkedFanOut? UnderWay => Volatile.Read(ref _underWay);

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
            if (position.Stream == _ended || (_tail is { } tail && tail.Stream == position.Stream && tail.Offset != position.Offset))
            {
                return false;
            }

            _tail = position;
            _members.Add(membership);
            _backlog.OnJoined(membership.Recipient);
            (membership.Recipient as SequencedRecipient)?.EndReading(membership.Room.Name);
            return true;
        }
    }

    /// <summary>What is placed next follows on <paramref name="head"/>, and not on what was placed last: takes the members out that recover, who read the log in between themselves.</summary>
    /// <returns>Whom, and what they have of the log. They still get what was placed before.</returns>
    internal (IReadOnlyList<Membership> Members, StreamPosition From) Interrupt(StreamPosition head)
    {
        lock (_gate)
        {
            StreamPosition from = _tail ?? head;
            _ended = from.Stream == head.Stream ? _ended : from.Stream;
            _tail = head;
            Membership[] members = from == head ? [] : [.. _members.All.Where(static member => member.Recipient is SequencedRecipient)];
            foreach (Membership member in members)
            {
                member.Recipient.HasLeftRooms = true;
                _backlog.OnLeft(member.Recipient);
                _members.Remove(member);
            }

            return (members, from);
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
            if (_tail is { } tail && membership.Recipient is SequencedRecipient { IsInIndex: true } sequenced)
            {
                sequenced.NoteRead(membership.Room.Name, tail); // what is numbered by now and placed next may still be owed: whoever took it out reads on from here
            }
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
            Volatile.Write(ref _sent, Math.Max(_sent, pass.Last));
        }
    }

    /// <summary>A pass over several chunks has ended. In the background, what was published meanwhile is next.</summary>
    internal void Continue()
    {
        lock (_gate)
        {
            _underWay = null;
            if (_inBackground)
            {
                ServeInBackgroundLocked(goesOn: _backlog.Count > 0);
            }
        }
    }


    /// <summary>Succeeds when no pass is on its way, or none that is still to reach the recipient with what was published up to the first call.</summary>
    internal bool TryCatchUp(Recipient recipient, Membership? membership, ChunkedFanOut? reached, ref long last, out ChunkedFanOut? underWay)
    {
        lock (_gate)
        {
            last = Math.Min(last, _published);
            underWay = _underWay;
            bool isMember = membership is { Position: not Membership.Left };
            if (_sending && (underWay is null || underWay != reached))
            {
                // Who is not a member any more may be owed what is on its way.
                return (!isMember && (underWay is null || !recipient.HasLeftRooms)) || _sent >= last;
            }

            _backlog.SendTo(recipient, isMember);
            return true;
        }
    }

    /// <summary>Takes what waits for the thread that has the send gate, or starts to serve it in the background: never beside a pass that is on its way.</summary>
    /// <param name="chunked">What serves it, when the room has several chunks: <see cref="TryCatchUp"/> does not wait for all of them.</param>
    internal FanOutPass? TakePass(out ChunkedFanOut? chunked)
    {
        lock (_gate)
        {
            chunked = null;
            if (_backlog.Count == 0 || _inBackground)
            {
                return null;
            }

            if (IsLargeLocked())
            {
                ServeInBackgroundLocked(goesOn: true);
                return null;
            }

            // The room may have shrunk since: whoever waits for a background pass is content with this one.
            _pendingSent?.TrySetResult();
            _pendingSent = null;
            FanOutPass pass = TakePassLocked(sent: null);
            chunked = _underWay;
            return pass;
        }
    }

    private bool IsLargeLocked() => _inBackground || _members.Count > options.BatchSize;

    private void ServeInBackgroundLocked(bool goesOn)
    {
        if (_inBackground != goesOn)
        {
            _inBackground = goesOn;
            deferred.OnBackground(begins: goesOn);
        }

        if (goesOn)
        {
            TakePassLocked(_pendingSent);
            _pendingSent = null;
            _underWay!.Start();
        }
    }

    private FanOutPass TakePassLocked(TaskCompletionSource? sent)
    {
        meter.MessagesSent((long)_backlog.Count * _members.Count, 0);
        _sending = true;
        FanOutPass pass = _backlog.Take(_members.TakeSnapshot(), _published);
        _underWay = pass.ChunkCount > 1 || _inBackground ? new ChunkedFanOut(this, pass, sent, options) : null;
        return pass;
    }
}
