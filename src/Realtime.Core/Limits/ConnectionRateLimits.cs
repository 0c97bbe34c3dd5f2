namespace Realtime.Core.Limits;

/// <summary>The allowances that one connection holds, and how often it was refused.</summary>
/// <remarks>
/// Thread-safe: the namespaces of a connection ask at the same time. What is held is a list that only grows and is replaced as a whole, so asking takes no
/// lock; the rest is guarded by <c>_gate</c>.
/// </remarks>
internal sealed class ConnectionRateLimits(string address, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private volatile Held[] _held = [];
    private string? _addressKey;
    private bool _released;
    private long _windowBegan;
    private int _refusals;

    /// <summary>Gets what the address of the client counts as; <see langword="null"/> when it has none.</summary>
    internal string? Address => address.Length == 0 ? null : _addressKey ??= Connections.AddressKey.Of(address);

    /// <summary>Takes one permit.</summary>
    /// <param name="partitions">The allowances of the policy.</param>
    /// <param name="key">The user or address; <see langword="null"/> for an allowance of this connection alone.</param>
    /// <param name="retryAfter">When it may be tried again, where the limiter says so.</param>
    internal bool TryAcquire(RateLimitPartitions partitions, string? key, out TimeSpan? retryAfter)
    {
        foreach (ref readonly Held held in _held.AsSpan())
        {
            if (held.Partitions == partitions && held.Partition.Key == key)
            {
                return held.Partition.TryAcquire(out retryAfter);
            }
        }

        return TryAcquireFirst(partitions, key, out retryAfter);
    }

    /// <summary>Counts a refusal.</summary>
    /// <returns>Whether it is one too many.</returns>
    internal bool CountRefusal(int maxRefusals, TimeSpan window)
    {
        long now = timeProvider.GetTimestamp();
        lock (_gate)
        {
            if (_refusals == 0 || timeProvider.GetElapsedTime(_windowBegan, now) >= window)
            {
                _windowBegan = now;
                _refusals = 0;
            }

            return ++_refusals == maxRefusals;
        }
    }

    /// <summary>The connection is gone.</summary>
    internal void Release()
    {
        Held[] held;
        lock (_gate)
        {
            _released = true;
            held = _held;
            _held = [];
        }

        foreach (Held one in held)
        {
            one.Partitions.Release(one.Partition);
        }
    }

    private bool TryAcquireFirst(RateLimitPartitions partitions, string? key, out TimeSpan? retryAfter)
    {
        lock (_gate)
        {
            if (!_released)
            {
                Held? held = Array.Find(_held, found => found.Partitions == partitions && found.Partition.Key == key);
                if (held is not { Partition: not null })
                {
                    held = new Held(partitions, partitions.Hold(key));
                    _held = [.. _held, held.Value];
                }

                return held.Value.Partition.TryAcquire(out retryAfter);
            }
        }

        // What the client sent before it left is still being handled. A shared allowance counts it all the same; one of its own is gone with it.
        retryAfter = null;
        return key is null || partitions.TryAcquire(key, out retryAfter);
    }

    private readonly record struct Held(RateLimitPartitions Partitions, RateLimitPartition Partition);
}
