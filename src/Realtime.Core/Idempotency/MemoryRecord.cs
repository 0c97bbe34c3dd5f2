namespace Realtime.Core.Idempotency;

/// <summary>One key in memory.</summary>
/// <remarks>Guarded by the gate of its store.</remarks>
internal sealed class MemoryRecord
{
    // What the dictionary, the list and the objects take, about.
    private const int Overhead = 200;

    internal MemoryRecord(string key)
    {
        Key = key;
        Node = new LinkedListNode<MemoryRecord>(this);
    }

    internal string Key { get; }

    /// <summary>Gets its place in one of the two lists of the store.</summary>
    internal LinkedListNode<MemoryRecord> Node { get; }

    internal long Fence { get; set; }

    /// <summary>Gets or sets when the lease runs out; of one that is completed, when that was. On the clock of the store.</summary>
    internal TimeSpan Time { get; set; }

    /// <summary>Gets or sets the result; <see langword="null"/> while there is none.</summary>
    internal ReadOnlyMemory<byte>? Result { get; set; }

    /// <summary>Gets or sets what those wait for who want to know the end of the claim; <see langword="null"/> while nobody does.</summary>
    internal TaskCompletionSource? Ended { get; set; }

    internal long Bytes => Overhead + (2L * Key.Length) + (Result?.Length ?? 0);

    /// <summary>Takes those who wait, to be told outside of the gate.</summary>
    internal TaskCompletionSource? TakeEnded()
    {
        TaskCompletionSource? ended = Ended;
        Ended = null;
        return ended;
    }
}
