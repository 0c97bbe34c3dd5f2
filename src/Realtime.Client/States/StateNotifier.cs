using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;

namespace Realtime.Client.States;

/// <summary>Tells observers of changes, in order, one at a time, on the thread pool: never on the thread that made the change.</summary>
/// <remarks>Thread-safe. Bounded: an observer that is far behind misses the oldest changes, never the last ones.</remarks>
internal sealed class StateNotifier
{
    private const int MaxWaiting = 256;

    private readonly Channel<StateChange> _changes = Channel.CreateBounded<StateChange>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly ILogger _logger;
    private readonly Action<StateChange> _raise;
    private readonly Task _running;

    internal StateNotifier(Action<StateChange> raise, ILogger logger)
    {
        _raise = raise;
        _logger = logger;
        _running = RunAsync();
    }

    internal void Post(StateChange change) => _changes.Writer.TryWrite(change);

    /// <summary>Ends when the last change has been told.</summary>
    internal Task CompleteAsync()
    {
        _changes.Writer.TryComplete();
        return _running;
    }

    private async Task RunAsync()
    {
        await foreach (StateChange change in _changes.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                _raise(change);
            }
#pragma warning disable CA1031 // An observer that throws must not keep the next change from the others.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ClientLog.ObserverFailed(_logger, exception);
            }
        }
    }
}
