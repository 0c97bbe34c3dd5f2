using Realtime.Core.Acks;
using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>An event whose acknowledgement somebody awaits. It always ends: by the answer, the timeout, the end of the connection that it went out on, or cancellation.</summary>
/// <remarks>Thread-safe; the first end counts.</remarks>
internal sealed class PendingCall
{
    private readonly TaskCompletionSource<EventArguments> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PendingCalls _calls;
    private readonly TimeSpan _timeout;
    private ITimer? _timer;
    private volatile bool _isSent;

    internal PendingCall(PendingCalls calls, ulong id, string eventName, TimeSpan timeout, bool isMadeInHandler)
    {
        _calls = calls;
        _timeout = timeout;
        Id = id;
        EventName = eventName;
        IsMadeInHandler = isMadeInHandler;
    }

    internal ulong Id { get; }

    internal string EventName { get; }

    /// <summary>Gets a value indicating whether a handler waits here: nothing may come in before it has ended.</summary>
    internal bool IsMadeInHandler { get; }

    /// <summary>Gets or sets a value indicating whether it ends with the connection: it has gone out, and without a number, so that it does not go out again.</summary>
    internal bool IsSent
    {
        get => _isSent;
        set => _isSent = value;
    }

    internal Task<EventArguments> Answer => _answer.Task;

    /// <summary>Starts the time. Called once, before anybody else knows of the call.</summary>
    internal void StartTimer(TimeProvider timeProvider)
    {
        if (_timeout != Timeout.InfiniteTimeSpan)
        {
            _timer = timeProvider.CreateTimer(static call => ((PendingCall)call!).OnTimeout(), this, _timeout, Timeout.InfiniteTimeSpan);
        }
    }

    internal void StopTimer() => _timer?.Dispose();

    internal void Complete(EventArguments answer) => _answer.TrySetResult(answer);

    internal void Fail(Exception exception)
    {
        if (_answer.TrySetException(exception))
        {
            _ = _answer.Task.Exception; // seen, also where the caller has stopped waiting
        }
    }

    private void OnTimeout() => _calls.Fail(this, new AckTimeoutException(EventName, _timeout));
}
