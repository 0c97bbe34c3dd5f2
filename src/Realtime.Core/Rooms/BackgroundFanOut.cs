namespace Realtime.Core.Rooms;

/// <summary>Serves a large room in batches on the thread pool. Between two batches whatever else waits for a thread gets its turn.</summary>
/// <remarks>Thread-safe: as many threads as batches are allowed at once run the same object.</remarks>
internal sealed class BackgroundFanOut : IThreadPoolWorkItem
{
    private readonly Room _room;
    private readonly FanOutPass _pass;
    private readonly TaskCompletionSource? _sent;
    private readonly int _chunksPerBatch;
    private int _workers;
    private int _nextBatch = -1;

    internal BackgroundFanOut(Room room, FanOutPass pass, TaskCompletionSource? sent, FanOutOptions options)
    {
        _room = room;
        _pass = pass;
        _sent = sent;
        _chunksPerBatch = Math.Max(1, options.BatchSize / MemberList.ChunkSize);
        _workers = options.MaxParallelBatches > 0 ? options.MaxParallelBatches : Math.Max(1, Environment.ProcessorCount - 1);
    }

    internal void Start() => Queue();

    public void Execute()
    {
        int first = Interlocked.Increment(ref _nextBatch) * _chunksPerBatch;
        int end = Math.Min(first + _chunksPerBatch, _pass.ChunkCount);
        if (first == 0)
        {
            // Before anything else: who left and has come back stands in a chunk too.
            _pass.SendDepartures();
            for (int others = _workers - 1; others > 0; others--)
            {
                Queue();
            }
        }

        for (int chunk = first; chunk < end; chunk++)
        {
            _pass.SendChunk(chunk);
        }

        if (end < _pass.ChunkCount)
        {
            Queue();
        }
        else if (Interlocked.Decrement(ref _workers) == 0)
        {
            _room.CompleteBackgroundPass(_pass, _sent);
        }
    }

    // To the end of the global queue: fairness between rooms and with everything else.
    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
