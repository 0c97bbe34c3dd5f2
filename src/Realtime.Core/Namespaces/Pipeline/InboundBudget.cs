namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>How many events of one connection wait for handlers, over all its namespaces. When it is used up, reading stops.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class InboundBudget(int maxWaiting)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private int _waiting;

    internal int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Counts an event that waits.</summary>
    /// <returns>A task that completes when there is room for another.</returns>
    internal ValueTask Add()
    {
        lock (_gate)
        {
            if (++_waiting < maxWaiting)
            {
                return default;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(_room.Task);
        }
    }

    internal void Remove(int count)
    {
        TaskCompletionSource? room = null;
        lock (_gate)
        {
            _waiting -= count;
            if (_waiting < maxWaiting)
            {
                room = _room;
                _room = null;
            }
        }

        room?.TrySetResult();
    }
}
