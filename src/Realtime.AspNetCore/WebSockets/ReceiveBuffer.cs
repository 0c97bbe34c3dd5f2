using System.Buffers;
using System.IO.Pipelines;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>The bytes that have arrived and are not read yet. Holds memory only while there are some, as much as has arrived and not as much as a client claims.</summary>
/// <remarks>Confined to the read loop. A mutable struct: it is a part of its transport, not an object beside it.</remarks>
internal struct ReceiveBuffer
{
    private const int InitialSize = 4096;

    private byte[]? _bytes;
    private int _start;
    private int _end;

    internal readonly bool IsRented => _bytes is not null;

    internal readonly Memory<byte> Unread => _bytes.AsMemory(_start, _end - _start);

    /// <summary>Gets where more can be put. Rents memory if there is none.</summary>
    internal Memory<byte> Room => (_bytes ??= ArrayPool<byte>.Shared.Rent(InitialSize)).AsMemory(_end);

    internal void Added(int count) => _end += count;

    internal void Consumed(int count) => _start += count;

    /// <summary>Takes what fits from a pipe; the rest stays there, which bounds it.</summary>
    /// <returns>Whether there was anything.</returns>
    internal bool Take(PipeReader pipe, in ReadResult result)
    {
        ReadOnlySequence<byte> bytes = result.Buffer;
        if (bytes.IsEmpty)
        {
            pipe.AdvanceTo(bytes.End);
            return false;
        }

        Span<byte> room = Room.Span;
        bytes = bytes.Slice(0, Math.Min(bytes.Length, room.Length));
        bytes.CopyTo(room);
        _end += (int)bytes.Length;
        pipe.AdvanceTo(bytes.End);
        return true;
    }

    /// <summary>Keeps what is left of an unfinished frame, in a buffer that grows with what has arrived.</summary>
    /// <param name="needed">How many bytes the frame has in all, as far as that is known.</param>
    internal void Compact(int needed)
    {
        int left = _end - _start;
        if (left == 0)
        {
            Release();
            return;
        }

        int room = Math.Min(needed, left * 2);
        if (_bytes!.Length < room || _bytes.Length == left)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(room, left + 1));
            _bytes.AsSpan(_start, left).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        else if (_start > 0)
        {
            _bytes.AsSpan(_start, left).CopyTo(_bytes);
        }

        _start = 0;
        _end = left;
    }

    internal void Release()
    {
        if (_bytes is not null)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = null;
        }

        _start = _end = 0;
    }
}
