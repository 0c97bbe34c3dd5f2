using Realtime.Core.Protocol;

namespace Realtime.Core.Acks;

/// <summary>The acknowledgements that one socket owes.</summary>
/// <remarks>Guarded by <c>_gate</c>; waiters are told outside of it. Holds no memory until the first request.</remarks>
internal sealed class PendingAcks
{
    private readonly Lock _gate = new();
    private Dictionary<ulong, IAckWaiter>? _waiters;
    private bool _closed;

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiters?.Count ?? 0;
            }
        }
    }

    /// <summary>Registers a waiter. To be called before the request is sent.</summary>
    /// <returns><see langword="false"/> when the socket is gone already; the waiter is not told.</returns>
    internal bool TryAdd(ulong id, IAckWaiter waiter)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            (_waiters ??= []).Add(id, waiter);
            return true;
        }
    }

    /// <summary>Tells the waiter of an answer. An answer that nobody waits for is ignored, as the protocol has it: it may be late.</summary>
    internal void Complete(ulong id, EventArguments answer)
    {
        IAckWaiter? waiter;
        lock (_gate)
        {
            waiter = _waiters is not null && _waiters.Remove(id, out IAckWaiter? found) ? found : null;
        }

        waiter?.OnAck(answer);
    }

    /// <summary>Takes the packet of an answer. An id that was never given away is ignored.</summary>
    internal void Complete(in Packet packet)
    {
        if (packet.AckId is { } id && id.Value <= ulong.MaxValue)
        {
            Packet owned = packet.Detach();
            Complete((ulong)id.Value, EventArguments.From(in owned));
        }
    }

    internal void Remove(ulong id)
    {
        lock (_gate)
        {
            _waiters?.Remove(id);
        }
    }

    /// <summary>The socket is gone: nothing will be answered any more.</summary>
    internal void Close()
    {
        Dictionary<ulong, IAckWaiter>? waiters;
        lock (_gate)
        {
            _closed = true;
            waiters = _waiters;
            _waiters = null;
        }

        foreach (IAckWaiter waiter in waiters?.Values.AsEnumerable() ?? [])
        {
            waiter.OnGone();
        }
    }
}
