using Realtime.Core.Protocol;
using Realtime.Core.Timing;

namespace Realtime.Core.Acks;

/// <summary>One request to many sockets under one id: completed when all have answered, or by its timeout with the answers so far.</summary>
/// <remarks>Guarded by <c>_gate</c>. A socket that goes away is waited for until the timeout, as on Node: its client may have handled the event.</remarks>
internal sealed class BroadcastAckRequest(TimingWheel wheel, ulong id, TimeSpan timeout) : WheelEntry, IAckWaiter
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<EventArguments> _responses = [];
    private readonly List<PendingAcks> _asked = [];
    private int _expected = int.MaxValue;

    /// <summary>Adds a socket that is asked.</summary>
    internal bool TryAsk(PendingAcks pending)
    {
        if (!pending.TryAdd(id, this))
        {
            return false;
        }

        _asked.Add(pending);
        return true;
    }

    /// <summary>Sends the request and gathers the answers.</summary>
    internal async ValueTask<BroadcastAcks> RunAsync(Func<ValueTask> send, CancellationToken cancellationToken)
    {
        try
        {
            wheel.Schedule(this, timeout);
            SetExpected(_asked.Count);
            await send().ConfigureAwait(false);
            await _done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                return new BroadcastAcks([.. _responses], _asked.Count);
            }
        }
        finally
        {
            // Also after a timeout: nothing of a request may stay with the sockets that did not answer.
            wheel.Cancel(this);
            foreach (PendingAcks pending in _asked)
            {
                pending.Remove(id);
            }
        }
    }

    public void OnAck(EventArguments answer)
    {
        bool done;
        lock (_gate)
        {
            _responses.Add(answer);
            done = _responses.Count >= _expected;
        }

        if (done)
        {
            _done.TrySetResult();
        }
    }

    public void OnGone()
    {
    }

    protected internal override void OnDue() => _done.TrySetResult();

    private void SetExpected(int count)
    {
        lock (_gate)
        {
            _expected = count;
            if (_responses.Count < count)
            {
                return;
            }
        }

        _done.TrySetResult();
    }
}
