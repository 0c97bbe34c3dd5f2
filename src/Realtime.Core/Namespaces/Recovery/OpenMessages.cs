namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The messages of a client that nobody has begun to answer, and those of them whose answer comes after the handler has ended.</summary>
/// <remarks>Guarded by <c>_gate</c>. At most as many as the window of the client.</remarks>
internal sealed class OpenMessages
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _open = [];
    private readonly HashSet<long> _deferred = [];
    private int _storing;
    private TaskCompletionSource? _allStored;

    internal void Add(long number)
    {
        lock (_gate)
        {
            _open.Add(number);
        }
    }

    /// <summary>Takes a message to be answered. To be followed by <see cref="OnStored"/>.</summary>
    /// <returns>Whether nobody else has.</returns>
    internal bool TryClose(long number)
    {
        lock (_gate)
        {
            _deferred.Remove(number);
            bool isOpen = _open.Remove(number);
            _storing += isOpen ? 1 : 0;
            return isOpen;
        }
    }

    /// <summary>An answer was stored, or never will be.</summary>
    internal void OnStored()
    {
        lock (_gate)
        {
            if (--_storing == 0)
            {
                _allStored?.TrySetResult();
                _allStored = null;
            }
        }
    }

    /// <summary>Waits until the handler has ended, and then until no answer is on its way to the store.</summary>
    internal async Task WhenIdleAsync(Task handler)
    {
        await handler.ConfigureAwait(false);
        await WhenStored().ConfigureAwait(false);
    }

    private Task WhenStored()
    {
        lock (_gate)
        {
            return _storing == 0 ? Task.CompletedTask : (_allStored ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>The end of its handler does not answer a message.</summary>
    internal void Defer(long number)
    {
        lock (_gate)
        {
            if (_open.Contains(number))
            {
                _deferred.Add(number);
            }
        }
    }

    internal bool IsDeferred(long number)
    {
        lock (_gate)
        {
            return _deferred.Contains(number);
        }
    }
}
