namespace Realtime.Client.Reconnecting;

/// <summary>The default policy: <c>min(maximum, base x 2^attempt + random(0, 1000 ms))</c>.</summary>
/// <remarks>Thread-safe. The random part keeps clients that lost the same server from coming back at the same moment.</remarks>
public sealed class ExponentialBackoff : IReconnectPolicy
{
    /// <summary>The default of the base: 1 s, as in the official client.</summary>
    public static readonly TimeSpan DefaultBaseDelay = TimeSpan.FromSeconds(1);

    /// <summary>The default of the maximum: 30 s. A person who waits for longer has gone.</summary>
    public static readonly TimeSpan DefaultMaxDelay = TimeSpan.FromSeconds(30);

    // The jitter of the formula is a constant: it spreads clients, however short their base is.
    private const double JitterMilliseconds = 1000;

    private readonly TimeSpan _baseDelay;
    private readonly TimeSpan _maxDelay;
    private readonly int? _maxAttempts;
    private readonly Func<double> _random;

    /// <summary>Initializes a new instance of the <see cref="ExponentialBackoff"/> class.</summary>
    /// <param name="baseDelay">The base; <see cref="DefaultBaseDelay"/> if not given.</param>
    /// <param name="maxDelay">The longest delay, random part included; <see cref="DefaultMaxDelay"/> if not given.</param>
    /// <param name="maxAttempts">How many attempts; <see langword="null"/>, the default, is any number.</param>
    /// <param name="random">Gives numbers from 0 to 1 (exclusive); <see cref="Random.Shared"/> if not given. Has to be thread-safe.</param>
    public ExponentialBackoff(TimeSpan? baseDelay = null, TimeSpan? maxDelay = null, int? maxAttempts = null, Func<double>? random = null)
    {
        _baseDelay = baseDelay ?? DefaultBaseDelay;
        _maxDelay = maxDelay ?? DefaultMaxDelay;
        ArgumentOutOfRangeException.ThrowIfLessThan(_baseDelay, TimeSpan.Zero, nameof(baseDelay));
        ArgumentOutOfRangeException.ThrowIfLessThan(_maxDelay, TimeSpan.Zero, nameof(maxDelay));
        _maxAttempts = maxAttempts;
        _random = random ?? Random.Shared.NextDouble;
    }

    /// <inheritdoc />
    public TimeSpan? GetDelay(in ReconnectArguments arguments)
    {
        if (arguments.Attempt >= _maxAttempts)
        {
            return null;
        }

        // In doubles: 2^attempt grows beyond any integer, and the minimum takes care of infinity.
        double delay = (_baseDelay.TotalMilliseconds * Math.Pow(2, arguments.Attempt)) + (_random() * JitterMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Min(_maxDelay.TotalMilliseconds, delay));
    }
}
