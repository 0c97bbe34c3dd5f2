namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Touches the sessions of all namespaces of a server, one namespace after the other, again and again.</summary>
/// <remarks>Thread-safe. The next round is planned when one has ended, so there is at most one.</remarks>
internal sealed class TouchTimer : IDisposable
{
    private readonly NamespaceTable _namespaces;
    private readonly TimeSpan _interval;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stop = new();

    internal TouchTimer(NamespaceTable namespaces, RecoveryEnvironment environment)
    {
        _namespaces = namespaces;
        _interval = environment.Options.Sessions.TouchInterval;
        _timer = environment.TimeProvider.CreateTimer(static state => _ = ((TouchTimer)state!).TouchAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal void Start() => _timer.Change(_interval, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _stop.Cancel();
        _timer.Dispose();
    }

    private async Task TouchAsync()
    {
        foreach (Namespace found in _namespaces.All)
        {
            try
            {
                await found.Recovery.Upkeep.TouchAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
#pragma warning disable CA1031 // A store that fails: three touches may be missed.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                NamespaceLog.TouchFailed(found.Logger, exception, found.Path.Value);
            }
        }

        _timer.Change(_interval, Timeout.InfiniteTimeSpan);
    }
}
