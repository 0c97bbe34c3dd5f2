using Realtime.Core.Protocol;
using Realtime.Core.Timing;

namespace Realtime.Core.Acks;

/// <summary>One request to one socket: completed by its answer, its timeout, its cancellation or the end of the socket, whichever comes first.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AckRequest : WheelEntry, IAckWaiter
{
    private readonly TaskCompletionSource<EventArguments> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimingWheel _wheel;
    private readonly PendingAcks _pending;
    private readonly ulong _id;
    private readonly string _eventName;
    private readonly TimeSpan _timeout;

    internal AckRequest(TimingWheel wheel, PendingAcks pending, ulong id, string eventName, TimeSpan timeout)
    {
        _wheel = wheel;
        _pending = pending;
        _id = id;
        _eventName = eventName;
        _timeout = timeout;
    }

    /// <summary>Sends the request and waits for its end.</summary>
    /// <param name="send">Sends it; returns whether it was taken.</param>
    /// <param name="cancellationToken">Stops the wait; the message may still be handled.</param>
    internal async ValueTask<EventArguments> RunAsync(Func<bool> send, CancellationToken cancellationToken)
    {
        if (!_pending.TryAdd(_id, this))
        {
            throw new DisconnectedException(_eventName);
        }

        try
        {
            _wheel.Schedule(this, _timeout);
            if (!send())
            {
                throw new DisconnectedException(_eventName);
            }

            return await _answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _wheel.Cancel(this);
            _pending.Remove(_id);
        }
    }

    public void OnAck(EventArguments answer) => _answer.TrySetResult(answer);

    public void OnGone() => _answer.TrySetException(new DisconnectedException(_eventName));

    /// <summary>The client is not read any more, and its events wait for the handler that waits here.</summary>
    internal void OnReadingStopped() => _answer.TrySetException(CreateReadingStopped());

    internal ReadingStoppedException CreateReadingStopped() => new(_eventName);

    protected internal override void OnDue() => _answer.TrySetException(new AckTimeoutException(_eventName, _timeout));
}
