using System.Buffers;

namespace Realtime.Fuzz;

/// <summary>The same bytes in pieces, as the network may bring them.</summary>
internal static class Segments
{
    internal static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Segment(bytes[..Math.Min(size, bytes.Length)], null);
        Segment last = first;
        for (int start = size; start < bytes.Length; start += size)
        {
            last = new Segment(bytes.Slice(start, Math.Min(size, bytes.Length - start)), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
