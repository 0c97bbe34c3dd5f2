namespace Realtime.Redis.Backplane;

/// <summary>How far the channel of this node was applied, and who waits for more of it.</summary>
/// <remarks>Guarded by <c>_gate</c>. Somebody who waits too long has everything that is missing read from the logs.</remarks>
internal sealed class MessageSequence(TimeSpan patience, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _waiting = new();
    private long _last = -1;
    private Exception? _stopped;

    /// <summary>Gets or sets what is done when somebody waits too long.</summary>
    internal Action? OnLate { get; set; }

    /// <summary>Everything up to a message was applied.</summary>
    internal void Advance(long number)
    {
        lock (_gate)
        {
            _last = number;
            while (_waiting.TryPeek(out TaskCompletionSource? first, out long wanted) && wanted <= number)
            {
                _waiting.Dequeue();
                first.TrySetResult();
            }
        }
    }

    /// <summary>Waits until everything up to a message was applied.</summary>
    internal async Task WaitAsync(long number)
    {
        TaskCompletionSource applied;
        lock (_gate)
        {
            if (number <= _last)
            {
                return;
            }

            if (_stopped is not null)
            {
                throw _stopped;
            }

            applied = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(applied, number);
        }

        while (true)
        {
            try
            {
                await applied.Task.WaitAsync(patience, timeProvider).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                OnLate?.Invoke();
            }
        }
    }

    /// <summary>Nothing is applied any more.</summary>
    internal void Stop(Exception reason)
    {
        lock (_gate)
        {
            _stopped = reason;
            while (_waiting.TryDequeue(out TaskCompletionSource? waiting, out _))
            {
                waiting.TrySetException(reason);
            }
        }
    }
}
