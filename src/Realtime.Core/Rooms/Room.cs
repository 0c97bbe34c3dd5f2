using Realtime.Core.Connections;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>A set of recipients that publications go to, in one order for all of them: see <see cref="RoomOrder"/>. Here is what sends.</summary>
/// <remarks>
/// <para>Thread-safe. <c>_sendGate</c> makes sure that one thread at a time sends; what others publish meanwhile rides along with its next pass.</para>
/// <para>A publication takes its place in the order when it is published, and is sent at the end of the <see cref="FlushScope"/> it was made in, or at once
/// outside of one. Who joins in between does not get it, who leaves in between does: see <see cref="Backlog"/>. A large room is served in the background.</para>
/// </remarks>
internal sealed class Room(string name, RoomIndex index) : IDeferredFanOut
{
    private readonly Lock _sendGate = new();
    private readonly RoomOrder _order = new(index.Options, index.Meter, index.Deferred);

    internal string Name { get; } = name;

    /// <summary>Gets or sets the number of memberships, those included that are not attached yet. Guarded by the gate of the index.</summary>
    internal int Linked { get; set; }

    internal int Count => _order.Count;

    /// <summary>Publishes to all members.</summary>
    /// <returns>A task that completes when every member has been served. For rooms up to one batch it is complete as soon as the order is certain.</returns>
    internal ValueTask Publish(in PendingBroadcast broadcast) => Send(Append(in broadcast));

    /// <summary>Gives a publication its place in the order. To be followed by <see cref="Send"/>, outside of all locks.</summary>
    internal Appended Append(in PendingBroadcast broadcast) => _order.Append(in broadcast);

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
        if (!_order.HasWork)
        {
            return;
        }

        try
        {
            if (index.Deferred.Current is { } other && other != this && !FanOutPass.IsOnThisThread)
            {
                other.SendAll(); // was published before, and its publisher knows
            }
        }
        finally
        {
            SendBacklog();
        }
    }

    private void SendBacklog()
    {
        lock (_sendGate)
        {
            while (_order.TakePass(out ChunkedFanOut? chunked) is { } pass)
            {
                if (chunked is not null)
                {
                    chunked.Run();
                    continue;
                }

                try
                {
                    pass.SendAll();
                }
                finally
                {
                    _order.Complete(pass); // also when a codec throws: the room must go on
                }
            }
        }
    }

    public void CatchUp(object member)
    {
        if (member is not Recipient recipient || FanOutPass.IsOnThisThread)
        {
            return; // what a transport does that calls back is a part of the pass, which cannot wait for itself
        }

        // Looked up before the gate is taken, as the order of the locks demands; whether it still holds is looked at under it.
        Membership? membership = index.FindMembership(recipient, this);
        long last = long.MaxValue;
        ChunkedFanOut? reached = null;
        while (!_order.TryCatchUp(recipient, membership, reached, ref last, out ChunkedFanOut? underWay))
        {
            // A pass is on its way that may not have reached this member yet: behind it is the only right place.
            underWay?.ServeNow(recipient, membership?.Position ?? Membership.Left);
            reached = underWay;
            if (underWay is null)
            {
                Flush();
                WaitForSender();
            }
        }
    }

    public void EnsureSent(long number, object member)
    {
        if (!_order.HasSent(number))
        {
            Flush();
        }

        if (!_order.HasSent(number))
        {
            CatchUp(member);
        }
    }

    public IDisposable? TryDefer() =>
        _order.HasSeveralChunks && index.Deferred.TryAdd(this) ? new DeferredBatch(this, _order.Published, index.Deferred) : null;

    /// <summary>Returns when everything was sent to everybody that was published up to now.</summary>
    internal void SendAll() => SendThrough(_order.Published);

    /// <summary>Returns when a publication was sent to everybody, and what was published before it.</summary>
    /// <param name="number">The number of the publication in the room.</param>
    internal void SendThrough(long number)
    {
        var spin = default(SpinWait);
        while (!_order.HasSent(number))
        {
            Flush();
            WaitForSender();
            _order.UnderWay?.Run(); // the room has become a large one meanwhile
            spin.SpinOnce();
        }
    }

    internal void Join(Membership membership) => _order.Add(membership);

    /// <inheritdoc cref="RoomOrder.TryAdd" />
    internal bool TryJoin(Membership membership, StreamPosition position) => _order.TryAdd(membership, position);

    /// <inheritdoc cref="RoomOrder.Interrupt" />
    internal (IReadOnlyList<Membership> Members, StreamPosition From) Interrupt(StreamPosition head) => _order.Interrupt(head);

    internal void Leave(Membership membership) => _order.Remove(membership);

    internal MemberSnapshot TakeSnapshot() => _order.TakeSnapshot();

    /// <summary>Sends what waits, to those too who have left, and returns when a pass that is on its way has reached one of them.</summary>
    internal void Settle(Recipient left)
    {
        Flush();
        WaitForSender();
        _order.UnderWay?.ServeNow(left, Membership.Left);
    }

    private void WaitForSender()
    {
        lock (_sendGate)
        {
            // whoever was sending is done
        }
    }
}
