using System.Buffers;
using System.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>What waits to be sent to one client. Bounded: beyond the limit the connection is closed as too slow.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>, which is never held while the transport sends. Usually nothing waits: a packet goes to the transport on the thread that sends it.
/// It holds memory only while something waits.
/// </remarks>
public sealed class OutboundQueue
{
    private readonly Lock _gate = new();
    private readonly Connection _connection;
    private readonly long _maxBytes;
    private ITransport _transport;
    private ITransport? _nextTransport;
    private EncodedPacket[]? _waiting;
    private int _count;
    private long _bytes;
    private bool _sending;
    private bool _inScope;
    private bool _overflowed;
    private bool _closing;
    private bool _closed;

    internal OutboundQueue(Connection connection, ITransport transport, long maxBytes)
    {
        _connection = connection;
        _transport = transport;
        _maxBytes = maxBytes;
    }

    /// <summary>Gets the number of bytes that have not reached the operating system yet.</summary>
    public long BufferedBytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes + _transport.UnsentBytes;
            }
        }
    }

    /// <summary>Gets a value indicating whether something sent now would go out at once. Volatile events are dropped when it would not.</summary>
    public bool IsWritable
    {
        get
        {
            lock (_gate)
            {
                return IsWritableLocked();
            }
        }
    }

    /// <summary>Sends a packet behind everything sent before.</summary>
    /// <param name="packet">The packet; it is retained if it has to wait.</param>
    /// <returns>Whether it was taken: <see langword="false"/> after the connection was closed.</returns>
    public bool Send(EncodedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        FlushScope? scope = FlushScope.Current;
        bool enters;
        lock (_gate)
        {
            AssertInvariantsLocked();
            if (_closed || _closing || _overflowed)
            {
                return false;
            }

            if (scope is null && IsWritableLocked())
            {
                _sending = true;
                enters = false;
            }
            else if (TryEnqueueLocked(packet))
            {
                enters = scope is not null && !_inScope;
                _inScope |= enters;
                packet = null!;
            }
            else
            {
                return false;
            }
        }

        if (enters)
        {
            scope!.Add(this);
        }
        else if (packet is not null)
        {
            _transport.Send(new ReadOnlySpan<EncodedPacket>(in packet));
            EndSend();
        }

        return true;
    }

    /// <summary>Sends a packet only if it can go out at once.</summary>
    /// <param name="packet">The packet.</param>
    /// <returns>Whether it was sent.</returns>
    public bool SendVolatile(EncodedPacket packet) => FlushScope.Current is null ? TrySendNow(packet) : IsWritable && Send(packet);

    /// <summary>Sends a packet at once or not at all, also from inside a scope: it never waits in the queue.</summary>
    /// <returns>Whether it was sent.</returns>
    internal bool TrySendNow(EncodedPacket packet)
    {
        lock (_gate)
        {
            if (!IsWritableLocked())
            {
                return false;
            }

            _sending = true;
        }

        _transport.Send(new ReadOnlySpan<EncodedPacket>(in packet));
        EndSend();
        return true;
    }

    /// <summary>The scope that held this queue back has ended.</summary>
    internal void EndScope()
    {
        lock (_gate)
        {
            _inScope = false;
        }

        Flush();
    }

    /// <summary>Sends what waits, as far as the transport takes it.</summary>
    internal void Flush()
    {
        while (TryBeginFlush(out EncodedPacket[]? packets, out int count, out ITransport transport))
        {
            transport.Send(packets.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                packets[i].Release();
            }

            ArrayPool<EncodedPacket>.Shared.Return(packets, clearArray: true);
            lock (_gate)
            {
                EndSendLocked();
            }
        }

        // Whatever kept it from draining until now has ended: a scope, another sender, or a client that was not ready.
        if (Volatile.Read(ref _closing))
        {
            CloseIfDrained();
        }
    }

    /// <summary>Goes over to another transport; what waits will be sent there.</summary>
    internal void Switch(ITransport transport)
    {
        lock (_gate)
        {
            if (_sending)
            {
                // The sender that is inside the old transport switches when it comes out.
                _nextTransport = transport;
                return;
            }

            _transport = transport;
        }

        Flush();
    }

    /// <summary>Takes nothing more. When what waits has been sent, the transport is closed.</summary>
    internal void CloseWhenDrained(bool discard)
    {
        lock (_gate)
        {
            _closing = true;
            if (discard)
            {
                ClearLocked();
            }
        }

        Flush();
    }

    /// <summary>Takes nothing more and drops what waits.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            ClearLocked();
        }
    }

    private bool IsWritableLocked() => !_sending && _count == 0 && !_closed && !_closing && !_overflowed && _transport.CanSend;

    private bool TryEnqueueLocked(EncodedPacket packet)
    {
        long buffered = _bytes + _transport.UnsentBytes;
        if (buffered > 0 && buffered + packet.Length > _maxBytes)
        {
            _overflowed = true;
            ClearLocked();
            _connection.CloseSoon(CloseReason.OutboundOverflow);
            return false;
        }

        packet.Retain();
        if (_waiting is null || _count == _waiting.Length)
        {
            GrowLocked();
        }

        _waiting![_count++] = packet;
        _bytes += packet.Length;
        return true;
    }

    private void GrowLocked()
    {
        const int initial = 16;
        EncodedPacket[] larger = ArrayPool<EncodedPacket>.Shared.Rent(Math.Max(initial, _count * 2));
        if (_waiting is not null)
        {
            Array.Copy(_waiting, larger, _count);
            ArrayPool<EncodedPacket>.Shared.Return(_waiting, clearArray: true);
        }

        _waiting = larger;
    }

    private bool TryBeginFlush([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EncodedPacket[]? packets, out int count, out ITransport transport)
    {
        lock (_gate)
        {
            AssertInvariantsLocked();
            transport = _transport;
            packets = _waiting;
            count = _count;
            if (_sending || _inScope || packets is null || !_transport.CanSend)
            {
                return false;
            }

            _waiting = null;
            _count = 0;
            _bytes = 0;
            _sending = true;
            return true;
        }
    }

    private void EndSend()
    {
        bool more;
        lock (_gate)
        {
            EndSendLocked();
            more = _count > 0 || _closing;
        }

        if (more)
        {
            Flush();
        }
    }

    private void EndSendLocked()
    {
        _sending = false;
        if (_nextTransport is not null)
        {
            _transport = _nextTransport;
            _nextTransport = null;
        }
    }

    private void CloseIfDrained()
    {
        ITransport transport;
        lock (_gate)
        {
            if (!_closing || _closed || _sending || _count > 0)
            {
                return;
            }

            _closed = true;
            transport = _transport;
        }

        transport.Close();
    }

    private void ClearLocked()
    {
        for (int i = 0; i < _count; i++)
        {
            _waiting![i].Release();
        }

        if (_waiting is not null)
        {
            ArrayPool<EncodedPacket>.Shared.Return(_waiting, clearArray: true);
        }

        _waiting = null;
        _count = 0;
        _bytes = 0;
    }

    [Conditional("DEBUG")]
    private void AssertInvariantsLocked()
    {
        Debug.Assert((_count > 0) == (_waiting is not null), "It holds memory exactly while something waits.");
        Debug.Assert(_count > 0 || _bytes == 0, "An empty queue accounts no bytes.");
        Debug.Assert(_nextTransport is null || _sending, "A switch is postponed only while somebody sends.");
    }
}
