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
    private WaitingPackets _waiting;
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
                return _waiting.Bytes + _transport.UnsentBytes;
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
                _waiting.Clear();
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
            _waiting.Clear();
        }
    }

    private bool IsWritableLocked() => !_sending && _waiting.Count == 0 && !_closed && !_closing && !_overflowed && _transport.CanSend;

    private bool TryEnqueueLocked(EncodedPacket packet)
    {
        long buffered = _waiting.Bytes + _transport.UnsentBytes;
        if (buffered > 0 && buffered + packet.Length > _maxBytes)
        {
            _overflowed = true;
            _waiting.Clear();
            _connection.CloseSoon(CloseReason.OutboundOverflow);
            return false;
        }

        _waiting.Add(packet);
        return true;
    }

    private bool TryBeginFlush([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out EncodedPacket[]? packets, out int count, out ITransport transport)
    {
        lock (_gate)
        {
            AssertInvariantsLocked();
            transport = _transport;
            packets = null;
            count = 0;
            if (_sending || _inScope || _waiting.Count == 0 || !_transport.CanSend)
            {
                return false;
            }

            packets = _waiting.Take(out count);
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
            more = _waiting.Count > 0 || _closing;
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
            if (!_closing || _closed || _sending || _waiting.Count > 0)
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
        _waiting.AssertInvariants();
        Debug.Assert(_nextTransport is null || _sending, "A switch is postponed only while somebody sends.");
    }
}
