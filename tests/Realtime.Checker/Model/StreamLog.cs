namespace Realtime.Checker;

/// <summary>What all logs together say of a stream.</summary>
/// <remarks>Confined to the check of one run.</remarks>
internal sealed class StreamLog(string id)
{
    private Copy[]? _sorted;

    internal string Id { get; } = id;

    /// <summary>The room, by the first record that names it.</summary>
    internal string? Room { get; set; }

    internal Line RoomNamedAt { get; set; }

    /// <summary>The stream that this one went on as.</summary>
    internal StreamLog? Next { get; private set; }

    /// <summary>What of it outlived that; unknown when all of it was lost, or nobody looked. What came behind is a lost tail.</summary>
    internal long? Ended { get; private set; }

    internal Line RotatedAt { get; private set; }

    /// <summary>Whether a place is in a part that the stream lost when it went on as another one. Who publishes may not have heard that it was stored, and may do it again.</summary>
    internal bool HasLost(long offset) => Next is not null && offset > (Ended ?? 0);

    internal void GoOnAs(StreamLog next, long? last, Line line)
    {
        // Who has read where it ended knows what came next; others may have been told later of what came after that.
        Next = last is null ? Next ?? next : next;
        Ended ??= last;
        RotatedAt = line;
    }

    internal Dictionary<long, Copy> At { get; } = [];

    internal Dictionary<long, Line> Controls { get; } = [];

    /// <summary>The copies by offset. Asked for when the logs are read to the end.</summary>
    internal Copy[] Sorted => _sorted ??= [.. At.Values.OrderBy(copy => copy.Offset)];

    /// <summary>The index in <see cref="Sorted"/> of the first copy behind an offset.</summary>
    internal int After(long offset)
    {
        int low = 0, high = Sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Sorted[middle].Offset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
