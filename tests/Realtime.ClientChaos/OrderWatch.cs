namespace Realtime.ClientChaos;

/// <summary>Looks at what one client receives: the numbers of each publisher grow, and handlers run one at a time.</summary>
/// <remarks>Thread-safe: what it looks for is handlers that run at the same time.</remarks>
internal sealed class OrderWatch
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _last = [];
    private int _inside;

    internal long Received { get; private set; }

    internal long OutOfOrder { get; private set; }

    internal long Overlaps { get; private set; }

    internal string? FirstMistake { get; private set; }

    internal async ValueTask HandleAsync(Numbered published)
    {
        if (Interlocked.Increment(ref _inside) > 1)
        {
            lock (_gate)
            {
                Overlaps++;
                FirstMistake ??= $"{published} was handled while another was";
            }
        }

        // Gives a client that does not wait for its handlers the chance to be seen.
        await Task.Yield();
        Note(published);
        Interlocked.Decrement(ref _inside);
    }

    private void Note(Numbered published)
    {
        lock (_gate)
        {
            Received++;
            long last = _last.GetValueOrDefault(published.Source);
            if (published.Number <= last)
            {
                OutOfOrder++;
                FirstMistake ??= $"{published} came after {last}";
            }

            _last[published.Source] = Math.Max(last, published.Number);
        }
    }
}
