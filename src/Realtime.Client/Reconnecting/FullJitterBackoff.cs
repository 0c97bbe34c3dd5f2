namespace Realtime.Client.Reconnecting;

/// <summary>A policy for reconnect storms: <c>random(0, min(maximum, base x 2^attempt))</c>. A hundred thousand clients that lose one server come back evenly over the whole time.</summary>
/// <remarks>
/// Thread-safe. The formula is the "full jitter" of Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. Its first delays are shorter
/// than those of <see cref="ExponentialBackoff"/>, so use a longer base where very many clients share few servers.
/// </remarks>
public sealed class FullJitterBackoff : IReconnectPolicy
{
    private readonly TimeSpan _baseDelay;
    private readonly TimeSpan _maxDelay;
    private readonly Func<double> _random;

    /// <summary>Initializes a new instance of the <see cref="FullJitterBackoff"/> class.</summary>
    /// <param name="baseDelay">The base; 1 s if not given.</param>
    /// <param name="maxDelay">The longest delay; 30 s if not given.</param>
    /// <param name="random">Gives numbers from 0 to 1 (exclusive); <see cref="Random.Shared"/> if not given. Has to be thread-safe.</param>
    public FullJitterBackoff(TimeSpan? baseDelay = null, TimeSpan? maxDelay = null, Func<double>? random = null)
    {
        _baseDelay = baseDelay ?? ExponentialBackoff.DefaultBaseDelay;
        _maxDelay = maxDelay ?? ExponentialBackoff.DefaultMaxDelay;
        ArgumentOutOfRangeException.ThrowIfLessThan(_baseDelay, TimeSpan.Zero, nameof(baseDelay));
        ArgumentOutOfRangeException.ThrowIfLessThan(_maxDelay, TimeSpan.Zero, nameof(maxDelay));
        _random = random ?? Random.Shared.NextDouble;
    }

    /// <inheritdoc />
    public TimeSpan? GetDelay(in ReconnectArguments arguments)
    {
        double most = Math.Min(_maxDelay.TotalMilliseconds, _baseDelay.TotalMilliseconds * Math.Pow(2, arguments.Attempt));
        return TimeSpan.FromMilliseconds(_random() * most);
    }
}
