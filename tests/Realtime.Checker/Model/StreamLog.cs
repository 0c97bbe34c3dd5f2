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
