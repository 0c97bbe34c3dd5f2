using Realtime.Core.Protocol;
using Realtime.Core.Timing;

namespace Realtime.Core.Acks;

/// <summary>One request to many sockets under one id: completed when all have answered, or by its timeout with the answers so far.</summary>
/// <remarks>Guarded by <c>_gate</c>. A socket that goes away is waited for until the timeout, as on Node: its client may have handled the event.</remarks>
internal sealed class BroadcastAckRequest(TimingWheel wheel, ulong id, TimeSpan timeout, Action<EventArguments>? relay = null) : WheelEntry, IAckWaiter
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<EventArguments> _responses = [];
    private readonly List<PendingAcks> _asked = [];
    private int _expected;
    private int _answered;
    private bool _isOpen = true; // until it is sent to the sockets of this node
    private bool _awaitsNodes; // which have not told whom they asked

    /// <summary>Adds a socket of this node that is asked.</summary>
    internal bool TryAsk(PendingAcks pending)
    {
        if (!pending.TryAdd(id, this))
        {
            return false;
        }

        _asked.Add(pending);
        return true;
    }

    /// <summary>Other nodes send the request too: it is not complete before <see cref="OnNodesCounted"/>. To be called before it runs.</summary>
    internal void AwaitNodes() => _awaitsNodes = true;

    /// <summary>Another node sends the request to that many sockets.</summary>
    internal void Expect(int sockets) => Change(sockets, answer: null);

    /// <summary>All other nodes have told whom they asked.</summary>
    internal void OnNodesCounted() => Change(0, answer: null, isLastNode: true);

    /// <summary>Sends the request and gathers the answers.</summary>
    internal async ValueTask<BroadcastAcks> RunAsync(Action send, CancellationToken cancellationToken)
    {
        try
        {
            wheel.Schedule(this, timeout);
            send();
            Change(_asked.Count, answer: null, isSent: true);
            await _done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate)
            {
                return new BroadcastAcks([.. _responses], _expected) { IsAudienceKnown = !_awaitsNodes };
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
        relay?.Invoke(answer);
        Change(0, answer);
    }

    public void OnGone()
    {
    }

    protected internal override void OnDue() => _done.TrySetResult();

    private void Change(int sockets, EventArguments? answer, bool isSent = false, bool isLastNode = false)
    {
        lock (_gate)
        {
            _expected += sockets;
            _isOpen &= !isSent;
            _awaitsNodes &= !isLastNode;
            if (answer is not null)
            {
                _answered++;
                if (relay is null)
                {
                    _responses.Add(answer);
                }
            }

            if (_isOpen || _awaitsNodes || _answered < _expected)
            {
                return;
            }
        }

        _done.TrySetResult();
    }
}
