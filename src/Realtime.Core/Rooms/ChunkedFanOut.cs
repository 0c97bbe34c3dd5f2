using System.Runtime.ExceptionServices;

namespace Realtime.Core.Rooms;

/// <summary>
/// Serves a room of several chunks: on one thread (<see cref="Run"/>), or, when it is large, in batches on the thread pool (<see cref="Start"/>), between two of which whatever else waits
/// for a thread gets its turn.
/// </summary>
/// <remarks>
/// Thread-safe: as many threads as batches are allowed at once run the same object, and whoever needs one member served now takes the chunk that it is in
/// (<see cref="ServeNow"/>). Each chunk is served by the one that takes it first; who serves the last one completes the pass.
/// </remarks>
internal sealed class ChunkedFanOut : IThreadPoolWorkItem
{
    private const int Untouched = 0;
    private const int Taken = 1;
    private const int Served = 2;

    private readonly RoomOrder _order;
    private readonly FanOutPass _pass;
    private readonly TaskCompletionSource? _sent;
    private readonly int _chunksPerBatch;
    private readonly int _workers;
    private readonly int[] _chunks; // the state of each, and at the end that of the departures
    private Exception? _failure;
    private volatile bool _isOver;
    private int _unserved;
    private int _nextBatch = -1;

    internal ChunkedFanOut(RoomOrder order, FanOutPass pass, TaskCompletionSource? sent, FanOutOptions options)
    {
        _order = order;
        _pass = pass;
        _sent = sent;
        _chunksPerBatch = Math.Max(1, options.BatchSize / MemberList.ChunkSize);
        _workers = options.MaxParallelBatches > 0 ? options.MaxParallelBatches : Math.Max(1, Environment.ProcessorCount - 1);
        _chunks = new int[pass.ChunkCount + 1];
        _unserved = _chunks.Length;
    }

    private int Departures => _pass.ChunkCount;

    internal void Start() => Queue();

    /// <summary>Serves on this thread what nobody has taken yet, and returns when everybody is served.</summary>
    internal void Run()
    {
        ServeDepartures();
        for (int chunk = 0; chunk < Departures; chunk++)
        {
            TryServe(chunk);
        }

        var spin = default(SpinWait);
        while (!_isOver)
        {
            spin.SpinOnce(); // somebody else is at the last of them
        }

        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Execute()
    {
        int first = Interlocked.Increment(ref _nextBatch) * _chunksPerBatch;
        int end = Math.Min(first + _chunksPerBatch, _pass.ChunkCount);
        if (first == 0)
        {
            ServeDepartures();
            for (int others = end < _pass.ChunkCount ? _workers - 1 : 0; others > 0; others--)
            {
                Queue();
            }
        }

        for (int chunk = first; chunk < end; chunk++)
        {
            TryServe(chunk);
        }

        if (end < _pass.ChunkCount)
        {
            Queue();
        }
    }

    /// <summary>Returns when the pass has reached a recipient, by serving its chunk here unless somebody is at it: then it waits for the rest of that chunk.</summary>
    internal void ServeNow(Recipient recipient, int position)
    {
        ServeDepartures();
        int chunk = _pass.Find(recipient, position);
        if (chunk >= 0 && !TryServe(chunk))
        {
            WaitFor(chunk);
        }
    }

    // Before any chunk: who left and has come back stands in one too.
    private void ServeDepartures()
    {
        if (!TryServe(Departures))
        {
            WaitFor(Departures);
        }
    }

    private bool TryServe(int chunk)
    {
        if (Interlocked.CompareExchange(ref _chunks[chunk], Taken, Untouched) != Untouched)
        {
            return false;
        }

        try
        {
            if (chunk == Departures)
            {
                _pass.SendDepartures();
            }
            else
            {
                _pass.SendChunk(chunk);
            }
        }
#pragma warning disable CA1031 // A codec that throws fails the publications of this pass; thrown on a pool thread it would end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _failure = exception;
        }

        Volatile.Write(ref _chunks[chunk], Served);
        if (Interlocked.Decrement(ref _unserved) == 0)
        {
            Complete();
        }

        return true;
    }

    private void Complete()
    {
        try
        {
            _order.Complete(_pass);
            TellPublishers();
        }
        finally
        {
            _order.Continue();
            _isOver = true; // only now: who runs the pass starts the next one
        }
    }

    private void TellPublishers()
    {
        if (_failure is null)
        {
            _sent?.TrySetResult();
        }
        else
        {
            _sent?.TrySetException(_failure);
        }
    }

    // Sending never blocks, and a chunk is small: it is over in a moment.
    private void WaitFor(int chunk)
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref _chunks[chunk]) != Served)
        {
            spin.SpinOnce();
        }
    }

    // To the end of the global queue: fairness between rooms and with everything else.
    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
