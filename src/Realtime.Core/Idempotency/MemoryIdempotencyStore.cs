using System.Diagnostics;

namespace Realtime.Core.Idempotency;

/// <summary>Keeps results in the memory of this process: known to this node only, and until it ends.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>. Bounded by <see cref="IdempotencyOptions.MaxKeys"/> and <see cref="IdempotencyOptions.MaxBytes"/>: when a new key finds it full, the
/// oldest results that are past <see cref="IdempotencyOptions.MinRetention"/> are forgotten, and when there are none, the key is refused. A claim that is held is never
/// forgotten. What is past its retention goes when the next key comes: there is no timer.
/// </remarks>
public sealed class MemoryIdempotencyStore : IIdempotencyStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MemoryRecord> _records = new(StringComparer.Ordinal);
    private readonly LinkedList<MemoryRecord> _claimed = []; // by the end of the lease, about: whoever renews goes to the end
    private readonly LinkedList<MemoryRecord> _completed = []; // by when that was
    private readonly TimeProvider _timeProvider;
    private readonly long _start;
    private readonly TimeSpan _retention;
    private readonly TimeSpan _minRetention;
    private readonly int _maxKeys;
    private readonly long _maxBytes;
    private long _bytes;
    private long _fence;

    /// <summary>Creates an empty store.</summary>
    /// <param name="options">How much it keeps, and for how long. Read once.</param>
    /// <param name="timeProvider">The clock.</param>
    public MemoryIdempotencyStore(IdempotencyOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
        _retention = options.Retention;
        _minRetention = options.MinRetention;
        _maxKeys = options.MaxKeys;
        _maxBytes = options.MaxBytes;
    }

    /// <summary>Gets the number of keys that are kept.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _records.Count;
            }
        }
    }

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    /// <inheritdoc />
    public ValueTask<IdempotencyClaim> ClaimAsync(string key, TimeSpan lease, bool takeOver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        TaskCompletionSource? ended;
        IdempotencyClaim claim;
        lock (_gate)
        {
            AssertInvariantsLocked();
            TimeSpan now = Now;
            ForgetLocked(now, _retention, static _ => true);
            claim = ClaimLocked(key, now, lease, takeOver, out ended);
        }

        ended?.TrySetResult();
        return new ValueTask<IdempotencyClaim>(claim);
    }

    /// <inheritdoc />
    public ValueTask<bool> RenewAsync(string key, long fence, TimeSpan lease, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (FindLocked(key, fence) is not { Result: null } record)
            {
                return new ValueTask<bool>(false);
            }

            MoveLocked(record, _claimed, Now + lease);
            return new ValueTask<bool>(true);
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> CompleteAsync(string key, long fence, ReadOnlyMemory<byte> result, CancellationToken cancellationToken)
    {
        TaskCompletionSource? ended;
        lock (_gate)
        {
            if (FindLocked(key, fence) is not { } record)
            {
                return new ValueTask<bool>(false);
            }

            MoveLocked(record, _completed, Now);
            _bytes -= record.Bytes;
            record.Result = result;
            _bytes += record.Bytes;
            ended = record.TakeEnded();
            AssertInvariantsLocked();
        }

        ended?.TrySetResult();
        return new ValueTask<bool>(true);
    }

    /// <inheritdoc />
    public ValueTask<bool> ReleaseAsync(string key, long fence, CancellationToken cancellationToken)
    {
        TaskCompletionSource? ended;
        lock (_gate)
        {
            if (FindLocked(key, fence) is not { Result: null } record)
            {
                return new ValueTask<bool>(false);
            }

            RemoveLocked(record);
            ended = record.TakeEnded();
        }

        ended?.TrySetResult();
        return new ValueTask<bool>(true);
    }

    /// <inheritdoc />
    public ValueTask WaitAsync(string key, long fence, TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (FindLocked(key, fence) is not { Result: null } record)
            {
                return default;
            }

            record.Ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return WaitAsync(record.Ended.Task, timeout, cancellationToken);
        }
    }

    private async ValueTask WaitAsync(Task ended, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await ended.WaitAsync(timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Whoever waits asks again.
        }
    }

    private IdempotencyClaim ClaimLocked(string key, TimeSpan now, TimeSpan lease, bool takeOver, out TaskCompletionSource? ended)
    {
        ended = null;
        if (_records.TryGetValue(key, out MemoryRecord? record))
        {
            if (record.Result is { } result)
            {
                return new IdempotencyClaim(IdempotencyState.Completed, record.Fence, result);
            }

            if (now < record.Time || !takeOver)
            {
                return new IdempotencyClaim(now < record.Time ? IdempotencyState.Running : IdempotencyState.Unknown, record.Fence, default);
            }

            ended = record.TakeEnded(); // they wait for a claim that is no more
        }
        else
        {
            if (!HasRoomLocked(now))
            {
                return new IdempotencyClaim(IdempotencyState.Full, 0, default);
            }

            record = new MemoryRecord(key);
            _records.Add(key, record);
            _bytes += record.Bytes;
        }

        record.Fence = ++_fence; // one count for all keys: a key that was forgotten never sees an old fence again
        MoveLocked(record, _claimed, now + lease);
        return new IdempotencyClaim(IdempotencyState.Claimed, record.Fence, default);
    }

    private bool HasRoomLocked(TimeSpan now)
    {
        ForgetLocked(now, _minRetention, static store => store.IsFullLocked());
        return !IsFullLocked();
    }

    private bool IsFullLocked() => _records.Count >= _maxKeys || _bytes >= _maxBytes;

    // Results first: of a claim that nobody has completed it is still to be told that nobody knows.
    private void ForgetLocked(TimeSpan now, TimeSpan age, Func<MemoryIdempotencyStore, bool> goesOn)
    {
        foreach (LinkedList<MemoryRecord> list in (ReadOnlySpan<LinkedList<MemoryRecord>>)[_completed, _claimed])
        {
            while (list.First?.Value is { } oldest && now - oldest.Time >= age && goesOn(this))
            {
                RemoveLocked(oldest);
            }
        }
    }

    private MemoryRecord? FindLocked(string key, long fence) => _records.TryGetValue(key, out MemoryRecord? record) && record.Fence == fence ? record : null;

    private void MoveLocked(MemoryRecord record, LinkedList<MemoryRecord> list, TimeSpan time)
    {
        record.Time = time;
        record.Node.List?.Remove(record.Node);
        list.AddLast(record.Node);
    }

    private void RemoveLocked(MemoryRecord record)
    {
        _records.Remove(record.Key);
        record.Node.List!.Remove(record.Node);
        _bytes -= record.Bytes;
    }

    [Conditional("DEBUG")]
    private void AssertInvariantsLocked() =>
        Debug.Assert(_records.Count == _claimed.Count + _completed.Count, "A key is in exactly one of the lists.");
}
