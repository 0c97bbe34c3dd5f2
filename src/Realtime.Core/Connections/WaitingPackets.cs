using System.Buffers;
using System.Diagnostics;
using Realtime.Core.Framing;

namespace Realtime.Core.Connections;

/// <summary>The packets that wait for one client, in order, and what of them can be dropped.</summary>
/// <remarks>
/// Guarded by the gate of its queue. It holds memory only while something waits. Dropping leaves an empty place behind, so that it costs the same however much
/// waits; empty places are closed up when the array is full or handed over.
/// </remarks>
internal struct WaitingPackets
{
    // What a transport has taken cannot be dropped any more, so packets that can be dropped are handed over little by little.
    internal const int HandOverBytes = 64 * 1024;
    private const int InitialLength = 16;

    private EncodedPacket?[]? _items;
    private SheddingState? _state;
    private long _bytes;
    private int _end;
    private int _sheddable;

    internal readonly bool IsEmpty => _items is null;

    internal readonly long Bytes => _bytes;

    internal void Add(EncodedPacket packet)
    {
        packet.Retain();
        if (_items is null || _end == _items.Length)
        {
            MakeSpace();
        }

        _sheddable += packet.Shedding == PacketShedding.Never ? 0 : 1;
        if (_state?.Keys is { } keys && packet is KeyedPacket keyed)
        {
            keys[keyed.Key] = _end;
        }

        _items![_end++] = packet;
        _bytes += packet.Length;
    }

    /// <summary>Drops the packet that waits under a key, if there is one.</summary>
    internal void Conflate(in ConflationKey key, ref DroppedPackets dropped)
    {
        if (_sheddable == 0)
        {
            return;
        }

        _state ??= new SheddingState();
        if (_state.Keys is null)
        {
            _state.Keys = [];
            IndexKeys();
        }

        if (_state.Keys.Remove(key, out int place) && place >= _state.Head && place < _end && _items![place] is KeyedPacket old && old.Key == key)
        {
            RemoveAt(place, ref dropped);
        }
    }

    /// <summary>Drops packets until no more than some bytes wait, or nothing is left that may be dropped for this.</summary>
    /// <param name="bytes">How many bytes may stay.</param>
    /// <param name="forThe">What the room is for: a volatile packet only takes that of others.</param>
    /// <param name="dropped">Counts what was dropped.</param>
    internal void Shed(long bytes, PacketShedding forThe, ref DroppedPackets dropped)
    {
        if (_sheddable == 0)
        {
            return;
        }

        _state ??= new SheddingState();
        while (_bytes > bytes && TryShed(PacketShedding.Volatile, ref _state.NextVolatile, ref dropped))
        {
        }

        while (_bytes > bytes && forThe != PacketShedding.Volatile && TryShed(PacketShedding.Oldest, ref _state.NextOldest, ref dropped))
        {
        }

        if (_end - _state.Head == _state.Holes)
        {
            Clear();
        }
    }

    /// <summary>Takes what is to be handed over next: everything, or a part where something may still be dropped.</summary>
    /// <returns>An array of the pool, which the caller gives back. The packets are the caller's too.</returns>
    internal EncodedPacket[] Take(out int count)
    {
        if (_sheddable > 0 && _bytes > HandOverBytes)
        {
            return TakePart(out count);
        }

        if (_state is not null)
        {
            CloseUp();
        }

        EncodedPacket[] taken = _items!;
        count = _end;
        Forget();
        return taken;
    }

    internal void Clear()
    {
        if (_items is null)
        {
            return;
        }

        GiveBack(_items, _end);
        Forget();
    }

    internal static void GiveBack(EncodedPacket?[] packets, int count)
    {
        for (int i = 0; i < count; i++)
        {
            packets[i]?.Release();
        }

        ArrayPool<EncodedPacket>.Shared.Return(packets!, clearArray: true);
    }

    [Conditional("DEBUG")]
    internal readonly void AssertInvariants()
    {
        Debug.Assert(_items is not null || (_end == 0 && _bytes == 0 && _sheddable == 0 && _state is null), "What is empty holds nothing.");
        Debug.Assert(_items is null || _end - (_state?.Head ?? 0) > (_state?.Holes ?? 0), "It holds memory exactly while something waits.");
    }

    private EncodedPacket[] TakePart(out int count)
    {
        _state ??= new SheddingState();
        EncodedPacket[] part = ArrayPool<EncodedPacket>.Shared.Rent(_end - _state.Head);
        long bytes = 0;
        count = 0;
        for (; _state.Head < _end && bytes < HandOverBytes; _state.Head++)
        {
            if (_items![_state.Head] is not { } packet)
            {
                _state.Holes--;
                continue;
            }

            part[count++] = packet;
            bytes += packet.Length;
            _items[_state.Head] = null;
            _sheddable -= packet.Shedding == PacketShedding.Never ? 0 : 1;
        }

        _bytes -= bytes;
        if (_end - _state.Head == _state.Holes)
        {
            Clear();
        }

        return part;
    }

    private bool TryShed(PacketShedding shedding, ref int next, ref DroppedPackets dropped)
    {
        for (next = Math.Max(next, _state!.Head); next < _end; next++)
        {
            if (_items![next]?.Shedding == shedding)
            {
                RemoveAt(next, ref dropped);
                return true;
            }
        }

        return false;
    }

    private void RemoveAt(int place, ref DroppedPackets dropped)
    {
        EncodedPacket packet = _items![place]!;
        _items[place] = null;
        _state!.Holes++;
        _sheddable--;
        _bytes -= packet.Length;
        dropped.Count(packet.Shedding);
        packet.Release();
    }

    private void MakeSpace()
    {
        if (_state is not null && _state.Head + _state.Holes >= _end / 2 && _end > 0)
        {
            CloseUp();
            return;
        }

        EncodedPacket[] larger = ArrayPool<EncodedPacket>.Shared.Rent(Math.Max(InitialLength, _end * 2));
        if (_items is not null)
        {
            Array.Copy(_items, larger, _end);
            ArrayPool<EncodedPacket>.Shared.Return(_items!, clearArray: true);
        }

        _items = larger;
    }

    private void CloseUp()
    {
        int count = 0;
        for (int place = _state!.Head; place < _end; place++)
        {
            if (_items![place] is { } packet)
            {
                _items[place] = null;
                _items[count++] = packet;
            }
        }

        _end = count;
        _state.Restart();
        IndexKeys();
    }

    private readonly void IndexKeys()
    {
        for (int place = _state!.Head; _state.Keys is not null && place < _end; place++)
        {
            if (_items![place] is KeyedPacket keyed)
            {
                _state.Keys[keyed.Key] = place;
            }
        }
    }

    private void Forget()
    {
        _items = null;
        _state = null;
        _bytes = 0;
        _end = 0;
        _sheddable = 0;
    }
}
