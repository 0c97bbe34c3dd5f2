namespace Realtime.Core.Sequencing;

/// <summary>The bytes that all logs of a node hold together. Beyond the limit the oldest entries of all go first.</summary>
/// <remarks>Confined to whoever appends: the caller makes sure that one thread at a time uses a budget and its logs.</remarks>
internal sealed class RetentionBudget(long maxBytes)
{
    private readonly Queue<(IRetained Log, long Offset)> _oldest = new();

    /// <summary>Gets what the logs hold.</summary>
    internal long Bytes { get; private set; }

    internal void Add(IRetained log, long offset, int bytes)
    {
        Bytes += bytes;
        _oldest.Enqueue((log, offset));
        while (Bytes > maxBytes && _oldest.TryDequeue(out (IRetained Log, long Offset) first))
        {
            first.Log.DropThrough(first.Offset);
        }

        // What its own log dropped before leaves its mark here: swept from the front, where the oldest stand.
        while (_oldest.TryPeek(out (IRetained Log, long Offset) first) && first.Log.First > first.Offset)
        {
            _oldest.Dequeue();
        }
    }

    internal void Remove(long bytes) => Bytes -= bytes;
}
