using System.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>What waits to be sent to one client. Bounded: beyond the limit packets are dropped that may be, or else the connection is closed as too slow.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>, which is never held while the transport sends. Usually nothing waits: a packet goes to the transport on the thread that sends it.
/// It holds memory only while something waits.
/// </remarks>
public sealed class OutboundQueue
{
    private readonly Lock _gate = new();
    private readonly Connection _connection;
    private ITransport _transport;
    private ITransport? _nextTransport;
    private OutboundBuffer _buffer;
    private bool _sending;
    private bool _inScope;
    private bool _overflowed;
    private bool _closing;
    private bool _closed;

    internal OutboundQueue(Connection connection, ITransport transport, long maxBytes)
    {
        _connection = connection;
        _transport = transport;
        _buffer = new OutboundBuffer(maxBytes);
    }

    /// <summary>Gets the number of bytes that have not reached the operating system yet.</summary>
    public long BufferedBytes
    {
        get
        {
            lock (_gate)
            {
                return _buffer.Waiting.Bytes + _transport.UnsentBytes;
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

    /// <summary>Gets a value indicating whether the client is behind: more than half of what may wait has waited, and a quarter still does.</summary>
    public bool IsCongested => _buffer.IsCongested;

    /// <summary>Sends a packet behind everything sent before.</summary>
    /// <param name="packet">The packet; it is retained if it has to wait.</param>
    /// <returns>Whether it was taken: <see langword="false"/> after the connection was closed, and when it was dropped.</returns>
    public bool Send(EncodedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        FlushScope? scope = FlushScope.Current;
        DroppedPackets dropped = default;
        bool sends;
        bool enters = false;
        bool taken = true;
        lock (_gate)
        {
            AssertInvariantsLocked();
            if (_closed || _closing || _overflowed)
            {
                return false;
            }

            sends = scope is null && IsWritableLocked();
            _sending |= sends;
            if (!sends)
            {
                taken = TryEnqueueLocked(packet, ref dropped);
                enters = taken && scope is not null && !_inScope;
                _inScope |= enters;
            }
        }

        if (sends)
        {
            _transport.Send(new ReadOnlySpan<EncodedPacket>(in packet));
            EndSend();
            return true;
        }

        (enters ? scope : null)?.Add(this);
        dropped.Report(_connection);
        return taken;
    }

    /// <summary>Sends a packet only if it can go out at once, or lets it wait where its namespace drops such packets first.</summary>
    /// <param name="packet">The packet.</param>
    /// <returns>Whether it was taken.</returns>
    public bool SendVolatile(EncodedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        bool mayWait = packet.Shedding == PacketShedding.Volatile || (FlushScope.Current is not null && IsWritable);
        return mayWait ? Send(packet) : FlushScope.Current is null && TrySendNow(packet);
    }

    /// <summary>Sends a packet at once or not at all, also from inside a scope: it never waits in the queue.</summary>
    /// <returns>Whether it was sent.</returns>
    internal bool TrySendNow(EncodedPacket packet, ITransport? only = null)
    {
        lock (_gate)
        {
            if (!IsWritableLocked() || (only is not null && only != _transport))
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
            WaitingPackets.GiveBack(packets, count);
            ITransport? retired;
            lock (_gate)
            {
                retired = EndSendLocked();
            }

            retired?.Abort();
        }

        if (_buffer.IsCongested)
        {
            lock (_gate)
            {
                _buffer.NoteCongestion(_connection, _closed ? 0 : _transport.UnsentBytes);
            }
        }

        // Whatever kept it from draining until now has ended: a scope, another sender, or a client that was not ready.
        if (Volatile.Read(ref _closing))
        {
            CloseIfDrained();
        }
    }

    /// <summary>Goes over to another transport; what waits will be sent there. The old one is ended when no sender is inside it any more.</summary>
    internal void Switch(ITransport transport)
    {
        ITransport retired;
        bool closed;
        lock (_gate)
        {
            if (_sending)
            {
                // The sender that is inside the old transport switches when it comes out.
                _nextTransport = transport;
                return;
            }

            retired = _transport;
            _transport = transport;
            closed = _closed;
        }

        retired.Abort();
        if (closed)
        {
            transport.Close(); // Everything had gone out on the old one, but the client has stopped listening there.
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
                _buffer.Waiting.Clear();
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
            _buffer.Waiting.Clear();
            _buffer.NoteCongestion(_connection, unsent: 0);
        }
    }

    private bool IsWritableLocked() => !_sending && _buffer.Waiting.IsEmpty && !_closed && !_closing && !_overflowed && _transport.CanSend;

    private bool TryEnqueueLocked(EncodedPacket packet, ref DroppedPackets dropped)
    {
        long unsent = _transport.UnsentBytes;
        BufferOutcome outcome = _buffer.TryAdd(packet, unsent, isBehind: _sending || !_transport.CanSend, ref dropped);
        if (outcome == BufferOutcome.Overflow)
        {
            _overflowed = true;
            _buffer.Waiting.Clear();
            ConnectionEnd.CloseSoon(_connection, CloseReason.OutboundOverflow);
        }

        _buffer.NoteCongestion(_connection, unsent);
        return outcome == BufferOutcome.Added;
    }

    private bool TryBeginFlush([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EncodedPacket[]? packets, out int count, out ITransport transport)
    {
        lock (_gate)
        {
            AssertInvariantsLocked();
            transport = _transport;
            packets = null;
            count = 0;
            if (_sending || _inScope || _buffer.Waiting.IsEmpty || !_transport.CanSend)
            {
                return false;
            }

            packets = _buffer.Waiting.Take(out count);
            _sending = true;
            return true;
        }
    }

    private void EndSend()
    {
        bool more;
        ITransport? retired;
        lock (_gate)
        {
            retired = EndSendLocked();
            more = !_buffer.Waiting.IsEmpty || _closing;
        }

        retired?.Abort();
        if (more)
        {
            Flush();
        }
    }

    /// <returns>The transport that has had its last packet, if this was it.</returns>
    private ITransport? EndSendLocked()
    {
        _sending = false;
        if (_nextTransport is null)
        {
            return null;
        }

        ITransport retired = _transport;
        _transport = _nextTransport;
        _nextTransport = null;
        return retired;
    }

    private void CloseIfDrained()
    {
        ITransport transport;
        lock (_gate)
        {
            if (!_closing || _closed || _sending || !_buffer.Waiting.IsEmpty)
            {
                return;
            }

            _closed = true;
            transport = _transport;
        }

        transport.Close();
    }

    [Conditional("DEBUG")]
    private void AssertInvariantsLocked()
    {
        _buffer.Waiting.AssertInvariants();
        Debug.Assert(_nextTransport is null || _sending, "A switch is postponed only while somebody sends.");
    }
}
