namespace Realtime.Client.Transports;

/// <summary>Stops the reader of long-polling between two requests, for an upgrade.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class PollingPause
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _reached;
    private TaskCompletionSource<bool>? _end;

    /// <summary>Asks for a pause.</summary>
    /// <returns>A task that completes when the reader has stopped.</returns>
    internal Task BeginAsync()
    {
        lock (_gate)
        {
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task;
        }
    }

    /// <summary>Ends it.</summary>
    internal void End(bool goOn)
    {
        TaskCompletionSource<bool>? end;
        lock (_gate)
        {
            end = _end;
            if (goOn)
            {
                _end = null;
                _reached = null;
            }
        }

        end?.TrySetResult(goOn);
    }

    /// <summary>Called by the reader before each request.</summary>
    /// <returns>Whether to poll.</returns>
    internal async ValueTask<bool> MayGoOnAsync(CancellationToken cancellationToken)
    {
        Task<bool>? end;
        lock (_gate)
        {
            end = _end?.Task;
            _reached?.TrySetResult();
        }

        return end is null || await end.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
