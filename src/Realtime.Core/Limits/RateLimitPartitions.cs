using Realtime.Core.Timing;

namespace Realtime.Core.Limits;

/// <summary>The allowances of one policy in one place where it was chosen: one for each connection, user or address that has used it.</summary>
/// <remarks>
/// <para>Guarded by <c>_gate</c>; asking an allowance takes no lock. Connections hold theirs, so a message looks nothing up.</para>
/// <para>An allowance that nobody holds stays until it is full again: who reconnects gets no new one. Those that stay are bounded; beyond it the oldest goes.</para>
/// </remarks>
internal sealed class RateLimitPartitions : WheelEntry
{
    // A full allowance may stay that much longer; often enough that a line of 10,000 costs nothing to speak of.
    internal static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RateLimitPartition> _byKey = new(StringComparer.Ordinal);
    private readonly Queue<RateLimitPartition> _line = new();
    private readonly RateLimitEnvironment _environment;

    internal RateLimitPartitions(RateLimitPolicy policy, RateLimitEnvironment environment)
    {
        Policy = policy;
        _environment = environment;
    }

    internal RateLimitPolicy Policy { get; }

    /// <summary>Takes hold of an allowance. <see cref="Release"/> it.</summary>
    /// <param name="key">The user or address; <see langword="null"/> for one that is not shared.</param>
    internal RateLimitPartition Hold(string? key)
    {
        if (key is null)
        {
            return Create(null);
        }

        lock (_gate)
        {
            RateLimitPartition partition = GetOrAddLocked(key);
            partition.Holders++;
            return partition;
        }
    }

    internal void Release(RateLimitPartition partition)
    {
        if (partition.Key is null)
        {
            Discard(partition);
            return;
        }

        lock (_gate)
        {
            partition.Holders--;
            LineUpLocked(partition);
        }
    }

    /// <summary>Takes one permit of an allowance that is not held.</summary>
    internal bool TryAcquire(string key, out TimeSpan? retryAfter)
    {
        RateLimitPartition partition = Hold(key);
        try
        {
            return partition.TryAcquire(out retryAfter);
        }
        finally
        {
            Release(partition);
        }
    }

    protected internal override void OnDue()
    {
        lock (_gate)
        {
            for (int left = _line.Count; left > 0; left--)
            {
                RateLimitPartition partition = _line.Dequeue();
                if (partition.Holders == 0 && partition.Limiter.IdleDuration is null)
                {
                    _line.Enqueue(partition); // not full yet
                }
                else
                {
                    LeaveLineLocked(partition);
                }
            }

            if (_line.Count > 0)
            {
                _environment.Wheel.Schedule(this, SweepInterval);
            }
        }
    }

    private RateLimitPartition GetOrAddLocked(string key)
    {
        if (!_byKey.TryGetValue(key, out RateLimitPartition? partition))
        {
            _byKey[key] = partition = Create(key);
        }

        return partition;
    }

    private void LineUpLocked(RateLimitPartition partition)
    {
        if (partition.Holders > 0 || partition.IsInLine)
        {
            return;
        }

        partition.IsInLine = true;
        _line.Enqueue(partition);
        if (_line.Count == 1)
        {
            _environment.Wheel.Schedule(this, SweepInterval);
        }

        while (_line.Count > _environment.MaxIdle)
        {
            LeaveLineLocked(_line.Dequeue());
        }
    }

    private void LeaveLineLocked(RateLimitPartition partition)
    {
        partition.IsInLine = false;
        if (partition.Holders == 0)
        {
            _byKey.Remove(partition.Key!);
            Discard(partition);
        }
    }

    private RateLimitPartition Create(string? key)
    {
        var partition = new RateLimitPartition(key, Policy.CreateLimiter(_environment.TimeProvider));
        _environment.CountPartition(1);
        return partition;
    }

    private void Discard(RateLimitPartition partition)
    {
        partition.Limiter.Dispose();
        _environment.CountPartition(-1);
    }
}
