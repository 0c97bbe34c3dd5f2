using Realtime.Core.Acks;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>The acknowledgements that one namespace waits for.</summary>
/// <remarks>Guarded by <c>_gate</c>; callers are completed outside of it.</remarks>
internal sealed class PendingCalls(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, PendingCall> _calls = [];
    private ulong _nextId;
    private bool _readingStopped;

    /// <summary>Gets the number of callers.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _calls.Count;
            }
        }
    }

    /// <summary>Begins a call. Its id is new for the life of the client, so a late answer never meets another question.</summary>
    internal PendingCall Begin(string eventName, TimeSpan timeout, bool isMadeInHandler)
    {
        PendingCall call;
        lock (_gate)
        {
            if (_readingStopped && isMadeInHandler)
            {
                throw new ReadingStoppedException(eventName);
            }

            call = new PendingCall(this, _nextId++, eventName, timeout, isMadeInHandler);
            _calls.Add(call.Id, call);
        }

        call.StartTimer(timeProvider);
        return call;
    }

    /// <summary>Gets an id for a message whose acknowledgement nobody awaits.</summary>
    internal AckId NextId()
    {
        lock (_gate)
        {
            return new AckId(_nextId++);
        }
    }

    /// <summary>An answer has come. One that nobody waits for is ignored: it may be late.</summary>
    internal void Complete(in Packet packet)
    {
        PendingCall? call = null;
        if (packet.AckId is { } id && id.Value <= ulong.MaxValue)
        {
            lock (_gate)
            {
                _calls.Remove((ulong)id.Value, out call);
            }
        }

        if (call is not null)
        {
            call.StopTimer();
            Packet owned = packet with { Data = packet.Data.ToArray() }; // of the rest nothing is kept
            call.Complete(EventArguments.From(in owned));
        }
    }

    internal void Fail(PendingCall call, Exception exception)
    {
        End(call);
        call.Fail(exception);
    }

    /// <summary>Nobody waits any more, for whatever reason.</summary>
    internal void End(PendingCall call)
    {
        call.StopTimer();
        lock (_gate)
        {
            _calls.Remove(call.Id);
        }
    }

    /// <summary>The connection has ended: what went out on it is not answered any more. What still waits to go out is not touched.</summary>
    internal void OnConnectionEnded(bool all = false)
    {
        PendingCall[] gone;
        lock (_gate)
        {
            gone = [.. _calls.Values.Where(call => all || call.IsSent)];
        }

        foreach (PendingCall call in gone)
        {
            Fail(call, new DisconnectedException(call.EventName));
        }
    }

    /// <summary>Nothing is read because handlers are behind, or reading goes on. A handler that waits for an answer would wait for itself.</summary>
    internal void SetReading(bool stopped)
    {
        PendingCall[] stuck = [];
        lock (_gate)
        {
            _readingStopped = stopped;
            if (stopped)
            {
                stuck = [.. _calls.Values.Where(static call => call.IsMadeInHandler)];
            }
        }

        foreach (PendingCall call in stuck)
        {
            Fail(call, new ReadingStoppedException(call.EventName));
        }
    }
}
