namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The messages of a client that nobody has begun to answer, and those of them whose answer comes after the handler has ended.</summary>
/// <remarks>Guarded by <c>_gate</c>. At most as many as the window of the client.</remarks>
internal sealed class OpenMessages
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _open = [];
    private readonly HashSet<long> _deferred = [];

    internal void Add(long number)
    {
        lock (_gate)
        {
            _open.Add(number);
        }
    }

    /// <summary>Takes a message to be answered.</summary>
    /// <returns>Whether nobody else has.</returns>
    internal bool TryClose(long number)
    {
        lock (_gate)
        {
            _deferred.Remove(number);
            return _open.Remove(number);
        }
    }

    /// <summary>The end of its handler does not answer a message.</summary>
    internal void Defer(long number)
    {
        lock (_gate)
        {
            _deferred.Add(number);
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
