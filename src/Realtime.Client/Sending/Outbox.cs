using Realtime.Client.Connections;
using Realtime.Core.Acks;

namespace Realtime.Client.Sending;

/// <summary>What one namespace wants to send, in order. It stays here until the write loop of a session takes it, connected or not.</summary>
/// <remarks>Guarded by <c>_gate</c>; bounded by count and bytes. Callers are completed outside of the gate.</remarks>
internal sealed class Outbox(EmitBufferOptions options, PendingCalls calls)
{
    private readonly Lock _gate = new();
    private readonly WaitingPackets _waiting = new(options.MaxCount, options.MaxBytes);
    private readonly EmitBufferFullMode _fullMode = options.FullMode;
    private EngineSession? _session;
    private TaskCompletionSource? _room;
    private bool _closed;

    /// <summary>Gets the number of bytes that wait.</summary>
    internal long Bytes
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Bytes;
            }
        }
    }

    /// <summary>Adds a packet behind those that wait; it belongs to the outbox from now on.</summary>
    /// <returns>What to wait for before trying again, when the namespace is connected and the network is behind; <see langword="null"/> when the packet was taken.</returns>
    /// <exception cref="EmitBufferFullException">Too much waits already, and nothing goes out for now.</exception>
    /// <exception cref="ObjectDisposedException">The client is disposed of.</exception>
    internal Task? TryAdd(OutgoingPacket packet)
    {
        EngineSession? session;
        List<OutgoingPacket>? dropped = null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(RealtimeClient));
            if (!_waiting.HasRoomFor(packet))
            {
                if (_session is { IsOver: false } && _waiting.CouldTake(packet))
                {
                    return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
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

        Drop(dropped);
        session?.Writer.Wake();
        return null;
    }

    /// <summary>Adds a packet only if it can go out at once.</summary>
    /// <returns>Whether it was taken.</returns>
    internal bool TryAddVolatile(OutgoingPacket packet)
    {
        EngineSession? session;
        lock (_gate)
        {
            session = _session;
            if (session is null || session.IsOver || session.Writer.IsBusy || _waiting.Count > 0)
            {
                packet.Packet.Release();
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
                packet.Packet.Release();
                packet.Goodbye?.TrySetResult();
                return;
            }

            _waiting.Add(packet);
        }

        session.Writer.Wake();
    }

    /// <summary>Takes a packet back that has not gone out yet.</summary>
    /// <returns>Whether it still waited.</returns>
    internal bool Remove(OutgoingPacket packet)
    {
        lock (_gate)
        {
            if (packet.Place is null)
            {
                return false;
            }

            RemoveLocked(packet);
            packet.Packet.Release();
            return true;
        }
    }

    /// <summary>The server has accepted the namespace: what waits goes out on this session.</summary>
    internal void Open(EngineSession session)
    {
        lock (_gate)
        {
            _session = session;
        }

        session.Writer.Wake();
    }

    /// <summary>The session is over, or the namespace is left. What has not gone out stays, unless it was meant for that session.</summary>
    internal void Suspend()
    {
        lock (_gate)
        {
            _session = null;
            SignalRoomLocked(); // who waits for room finds out that nothing goes out any more
            foreach (OutgoingPacket packet in _waiting.Where(static packet => !packet.SurvivesReconnect))
            {
                RemoveLocked(packet);
                packet.Packet.Release();
            }
        }
    }

    /// <summary>Takes back whatever somebody awaits, because the client is not going to connect by itself any more.</summary>
    internal void DropCalls()
    {
        List<OutgoingPacket> dropped;
        lock (_gate)
        {
            dropped = _waiting.Where(static packet => packet.Call is not null);
            dropped.ForEach(RemoveLocked);
        }

        foreach (OutgoingPacket packet in dropped)
        {
            packet.Packet.Release();
            calls.Fail(packet.Call!, new DisconnectedException(packet.EventName));
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
            SignalRoomLocked();
            foreach (OutgoingPacket packet in _waiting.Where(static _ => true))
            {
                RemoveLocked(packet);
                packet.Packet.Release();
            }
        }
    }

    /// <summary>Moves what waits into a batch.</summary>
    internal void TakeInto(EngineSession session, OutgoingBatch batch)
    {
        lock (_gate)
        {
            if (_session != session)
            {
                return;
            }

            while (batch.HasRoom && _waiting.First is { } first)
            {
                RemoveLocked(first);
                if (first.Call is { } call)
                {
                    call.IsSent = true;
                }

                batch.Add(first.Packet);
                if (first.Goodbye is not null)
                {
                    _session = null;
                    return;
                }
            }
        }
    }

    private void RemoveLocked(OutgoingPacket packet)
    {
        _waiting.Remove(packet);
        packet.Goodbye?.TrySetResult();
        if (_room is not null && _waiting.IsHalfEmpty)
        {
            SignalRoomLocked();
        }
    }

    private void SignalRoomLocked()
    {
        _room?.TrySetResult();
        _room = null;
    }

    private void Drop(List<OutgoingPacket>? dropped)
    {
        foreach (OutgoingPacket packet in dropped ?? [])
        {
            packet.Packet.Release();
            if (packet.Call is not null)
            {
                calls.Fail(packet.Call, new EmitBufferFullException(packet.EventName));
            }
        }
    }
}
