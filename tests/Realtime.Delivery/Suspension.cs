using System.Diagnostics;
using Realtime.Checker;

namespace Realtime.Delivery;

/// <summary>Notices that this process did not run for a while, and writes it down before anything else that it does then.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Suspension : IDisposable
{
    // Longer than a starved process of a busy machine is not heard of, shorter than a lease.
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly DeliveryLog _log;
    private readonly string _owner;
    private readonly Timer _timer;
    private long _last = Stopwatch.GetTimestamp();

    internal Suspension(DeliveryLog log, string owner)
    {
        (_log, _owner) = (log, owner);
        _timer = new Timer(static watch => ((Suspension)watch!).Check(), this, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Gets how often that was.</summary>
    internal long Count { get; private set; }

    /// <summary>Looks. Whoever writes down that something begins calls it before.</summary>
    internal void Check()
    {
        lock (_gate)
        {
            if (Stopwatch.GetElapsedTime(_last) > s_long)
            {
                Count++;
                _log.Add(Records.WasSuspended(_owner));
            }

            _last = Stopwatch.GetTimestamp();
        }
    }

    public void Dispose() => _timer.Dispose();
}
