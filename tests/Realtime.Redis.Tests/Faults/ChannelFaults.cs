namespace Realtime.Redis.Tests.Faults;

/// <summary>Decides what becomes of the messages of channels: at random from a seed, or as a test says.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
/// <param name="seed">What the random numbers come from.</param>
/// <param name="part">What part of the messages is lost, what part doubled, and what part late: at most a third each.</param>
internal sealed class ChannelFaults(int seed, double part)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly int[] _counts = new int[4];
    private int _toLose;

    /// <summary>Loses the next messages, before anything is left to chance.</summary>
    internal void LoseNext(int count)
    {
        lock (_gate)
        {
            _toLose = count;
        }
    }

    internal int Count(Fate fate)
    {
        lock (_gate)
        {
            return _counts[(int)fate];
        }
    }

    internal Fate Next()
    {
        lock (_gate)
        {
            Fate fate = _toLose > 0 ? Fate.Lost : _random.NextDouble() switch
            {
                double number when number < part => Fate.Lost,
                double number when number < 2 * part => Fate.Doubled,
                double number when number < 3 * part => Fate.Late,
                _ => Fate.Arrives,
            };
            _toLose -= _toLose > 0 ? 1 : 0;
            _counts[(int)fate]++;
            return fate;
        }
    }
}
