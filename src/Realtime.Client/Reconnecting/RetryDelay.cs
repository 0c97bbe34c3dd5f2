namespace Realtime.Client.Reconnecting;

/// <summary>The wait between two attempts, which a hint ends early.</summary>
/// <remarks>Guarded by <c>_gate</c>. A hint while nobody waits is forgotten: the attempt is running already.</remarks>
internal sealed class RetryDelay(TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _waiting;

    /// <summary>Ends the wait, if there is one.</summary>
    internal void EndNow()
    {
        CancellationTokenSource? waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.Cancel();
    }

    internal async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        // Not disposed of: EndNow may be about to cancel it. It has no timer, and its link is undone below.
        var hinted = new CancellationTokenSource();
        CancellationTokenRegistration link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), hinted);
        await using (link.ConfigureAwait(false))
        {
            lock (_gate)
            {
                _waiting = hinted;
            }

            await Task.Delay(delay, timeProvider, hinted.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
