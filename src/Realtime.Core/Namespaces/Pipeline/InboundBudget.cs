using Realtime.Core.Acks;
using Realtime.Core.Limits;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>
/// What one connection may ask of the server, over all its namespaces: how many events wait for handlers (when it is used up, reading stops), and its rate limits.
/// </summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class InboundBudget(int maxWaiting)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private volatile ConnectionRateLimits? _rates;
    private List<AckRequest>? _asked;
    private int _waiting;
    private bool _closed;

    /// <summary>Gets the allowances of the connection; <see langword="null"/> until something of it is limited.</summary>
    internal ConnectionRateLimits? Rates => _rates;

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
        List<AckRequest>? hopeless;
        ValueTask room;
        lock (_gate)
        {
            if (++_waiting < maxWaiting)
            {
                return default;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = new ValueTask(_room.Task);
            hopeless = _asked;
            _asked = null;
        }

        hopeless?.ForEach(static request => request.OnReadingStopped());
        return room;
    }

    /// <summary>Waits for an answer that a handler of this client asks the client for. It fails as soon as reading stops: what would make room is the handler.</summary>
    internal async ValueTask<EventArguments> AskAsync(AckRequest request, Func<bool> send, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_waiting >= maxWaiting)
            {
                throw request.CreateReadingStopped();
            }

            (_asked ??= []).Add(request);
        }

        try
        {
            return await request.RunAsync(send, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _asked?.Remove(request);
            }
        }
    }

    internal ConnectionRateLimits CreateRates(ServerLimits limits, string address)
    {
        lock (_gate)
        {
            ConnectionRateLimits rates = _rates ??= limits.CreateForConnection(address);
            if (_closed)
            {
                rates.Release(); // what the client sent before it left is still being handled
            }

            return rates;
        }
    }

    /// <summary>The connection is gone: it holds nothing any more.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _rates?.Release();
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
