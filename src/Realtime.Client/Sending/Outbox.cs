using Realtime.Client.Connections;
using Realtime.Core.Acks;
using Realtime.Core.Identifiers;

namespace Realtime.Client.Sending;

/// <summary>What one namespace wants to send, in order. It stays here until the write loop of a session takes it, connected or not, and numbered events until they are confirmed.</summary>
/// <remarks>Guarded by <c>_gate</c>; bounded by count and bytes. Callers are completed outside of the gate.</remarks>
internal sealed class Outbox
{
    private readonly Lock _gate = new();
    private readonly WaitingPackets _waiting;
    private readonly UnconfirmedMessages _unconfirmed;
    private readonly SendOrder _order;
    private readonly PendingCalls _calls;
    private readonly EmitBufferFullMode _fullMode;
    private EngineSession? _session;
    private bool _closed;

    internal Outbox(EmitBufferOptions options, PendingCalls calls)
    {
        _calls = calls;
        _fullMode = options.FullMode;
        _waiting = new WaitingPackets(options.MaxCount, options.MaxBytes);
        _unconfirmed = new UnconfirmedMessages(options.MaxBytes);
        _order = new SendOrder(_waiting, _unconfirmed, calls);
    }

    /// <summary>Gets the number of bytes that wait.</summary>
    internal long Bytes => _waiting.Bytes;

    /// <summary>Gets a value indicating whether events get numbers: then they are sent again until they are confirmed, and nobody else has to do that.</summary>
    internal bool IsNumbering => _unconfirmed.IsNumbering;

    /// <summary>Adds a packet behind those that wait.</summary>
    /// <returns>What to wait for before trying again, when the namespace is connected and the network is behind; <see langword="null"/> when the packet was taken.</returns>
    /// <exception cref="EmitBufferFullException">Too much waits already, and nothing goes out for now.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed of.</exception>
    internal Task? TryAdd(OutgoingPacket packet)
    {
        EngineSession? session;
        List<OutgoingPacket> dropped = [];
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(RealtimeClient));
            if (!_waiting.HasRoomFor(packet))
            {
                if (_session is { IsOver: false } && _waiting.CouldTake(packet))
                {
                    return _waiting.WhenRoom();
                }

                if (_fullMode == EmitBufferFullMode.Refuse || !_waiting.CouldTake(packet))
                {
                    throw new EmitBufferFullException(packet.EventName);
                }

                dropped = _waiting.MakeRoomFor(packet);
            }

            _waiting.Add(packet);
            session = _session;
        }

        foreach (OutgoingPacket oldest in dropped.Where(static oldest => oldest.Call is not null))
        {
            _calls.Fail(oldest.Call!, new EmitBufferFullException(oldest.EventName));
        }

        session?.Writer.Wake();
        return null;
    }

    /// <summary>Adds a packet only if it can go out at once. Events that wait for the window of the server do not keep it: it has no number.</summary>
    /// <returns>Whether it was taken.</returns>
    internal bool TryAddVolatile(OutgoingPacket packet)
    {
        EngineSession? session;
        lock (_gate)
        {
            session = _session;
            if (session is null || session.IsOver || session.Writer.IsBusy || _order.HasReady)
            {
                return false;
            }

            _waiting.Add(packet);
        }

        session.Writer.Wake();
        return true;
    }

    /// <summary>Adds what belongs to this session only (an answer, the goodbye), behind everything that waits and whatever the bounds are.</summary>
    internal void AddForSession(OutgoingPacket packet)
    {
        EngineSession? session;
        lock (_gate)
        {
            session = _session;
            if (session is null)
            {
                packet.Goodbye?.TrySetResult();
                return;
            }

            _waiting.Add(packet);
        }

        session.Writer.Wake();
    }

    /// <summary>Takes a packet back that has not gone out yet. One that has a number goes on: the next one could not follow a hole.</summary>
    /// <returns>Whether it still waited.</returns>
    internal bool Remove(OutgoingPacket packet)
    {
        lock (_gate)
        {
            if (packet.Place is null)
            {
                return false;
            }

            _waiting.Remove(packet);
            return true;
        }
    }

    /// <summary>The server has accepted the namespace: what waits goes out on this session, behind what has to go out again.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="terms">What the server has granted; <see langword="null"/> for an ordinary connection.</param>
    /// <returns>What went out in a session that is over.</returns>
    internal List<UnknownMessage> Open(EngineSession session, SessionTerms? terms)
    {
        List<UnknownMessage> unknown;
        lock (_gate)
        {
            unknown = terms is { IsRecovered: true } ? _unconfirmed.Resume(terms) : _unconfirmed.Begin(terms);
            _session = session;
        }

        session.Writer.Wake();
        return unknown;
    }

    /// <summary>Tells whether a server that continues the session can have taken so many of its messages.</summary>
    internal bool Fits(long received) => _unconfirmed.Fits(received);

    /// <summary>Gets what completes when the server has confirmed everything that has a number or waits for one, or when it cannot do so any more.</summary>
    internal Task WhenConfirmed()
    {
        lock (_gate)
        {
            return _session is { IsOver: false } ? _order.WhenConfirmed() : Task.CompletedTask;
        }
    }

    /// <summary>The server has acknowledged something.</summary>
    /// <returns>The numbered event; <see langword="null"/> when it was none.</returns>
    internal OutgoingPacket? Confirm(AckId id)
    {
        OutgoingPacket? confirmed;
        EngineSession? session;
        lock (_gate)
        {
            confirmed = _unconfirmed.Confirm(id);
            _order.SignalConfirmed(isOver: false);
            session = confirmed is not null && _waiting.Count > 0 ? _session : null; // the window may have opened
        }

        session?.Writer.Wake();
        return confirmed;
    }

    /// <summary>The session of the server is over for good.</summary>
    /// <returns>What went out in it and was not confirmed.</returns>
    internal List<UnknownMessage> EndSession()
    {
        lock (_gate)
        {
            return _unconfirmed.Begin(next: null);
        }
    }

    /// <summary>The connection is over, or the namespace is left. What has not gone out stays, unless it was meant for that connection.</summary>
    internal void Suspend()
    {
        lock (_gate)
        {
            _session = null;
            _order.SignalConfirmed(isOver: true);
            _waiting.SignalRoom(); // who waits for room finds out that nothing goes out any more
            _waiting.Where(static packet => !packet.SurvivesReconnect).ForEach(_waiting.Remove);
        }
    }

    /// <summary>Takes back whatever somebody awaits, because the client is not going to connect by itself any more.</summary>
    internal void DropCalls()
    {
        List<OutgoingPacket> dropped;
        lock (_gate)
        {
            dropped = _waiting.Where(static packet => packet.Call is not null);
            dropped.ForEach(_waiting.Remove);
        }

        foreach (OutgoingPacket packet in dropped)
        {
            _calls.Fail(packet.Call!, new DisconnectedException(packet.EventName));
        }
    }

    /// <summary>Drops everything; nothing is taken any more.</summary>
    internal void Close()
    {
        DropCalls();
        lock (_gate)
        {
            _closed = true;
            _session = null;
            _waiting.SignalRoom();
            _waiting.Where(static _ => true).ForEach(_waiting.Remove);
        }
    }

    /// <summary>Takes what may go out now.</summary>
    /// <param name="session">The session that wants to write.</param>
    /// <param name="bytes">About how much to take.</param>
    internal List<Departure> Take(EngineSession session, int bytes)
    {
        List<Departure> taken = [];
        lock (_gate)
        {
            while (bytes > 0 && _session == session && _order.TakeNext() is { } packet)
            {
                bytes -= packet.Bytes;
                taken.Add(new Departure(packet, _unconfirmed.Low));
                _session = packet.Goodbye is null ? session : null;
            }
        }

        return taken;
    }
}
