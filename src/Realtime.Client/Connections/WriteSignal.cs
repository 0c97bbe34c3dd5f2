namespace Realtime.Client.Connections;

/// <summary>Wakes the write loop: any number of calls before it looks count as one.</summary>
/// <remarks>Guarded by <c>_gate</c>. One waiter. There is no token to wait with, which would cost more than the wait: who wants to end it sets the signal.</remarks>
internal sealed class WriteSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiting;
    private bool _isSet;

    internal void Set()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _waiting = null;
            _isSet = waiting is null;
        }

        waiting?.TrySetResult();
    }

    internal Task WaitAsync()
    {
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return Task.CompletedTask;
            }

            _waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }
}
