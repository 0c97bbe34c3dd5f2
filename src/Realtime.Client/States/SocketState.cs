namespace Realtime.Client.States;

/// <summary>The state of one namespace and who waits for it.</summary>
/// <remarks>Guarded by <c>_gate</c>; waiters are completed outside of it, observers are told by the <see cref="StateNotifier"/>.</remarks>
internal sealed class SocketState(StateNotifier notifier)
{
    private readonly Lock _gate = new();
    private ClientState _current = ClientState.Disconnected;
    private TaskCompletionSource? _connected;

    internal ClientState Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>Gets a value indicating whether the application wants to be connected.</summary>
    internal bool IsActive => Current != ClientState.Disconnected;

    /// <summary>Moves the state and tells whoever has to know.</summary>
    /// <returns>The state before and after.</returns>
    internal (ClientState Before, ClientState After) Apply(ClientEvent happened, ClientCloseReason? reason = null, int attempt = 0, TimeSpan delay = default, Exception? failure = null, string? message = null)
    {
        ClientState before;
        ClientState after;
        TaskCompletionSource? done = null;
        lock (_gate)
        {
            before = _current;
            after = _current = ClientTransitions.Next(before, happened);
            if (ClientTransitions.IsObservable(before, happened))
            {
                // Under the gate, because changes are told in the order in which they happened; it only queues.
                notifier.Post(new StateChange(before, after, reason, attempt, delay, message ?? failure?.Message));
            }

            if (after is ClientState.Connected or ClientState.Disconnected)
            {
                (done, _connected) = (_connected, null);
            }
        }

        Complete(done, after, reason, failure);
        return (before, after);
    }

    /// <summary>Completes when the state is connected, and fails when it is disconnected.</summary>
    internal Task WhenConnected()
    {
        lock (_gate)
        {
            if (_current == ClientState.Connected)
            {
                return Task.CompletedTask;
            }

            _connected ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _connected.Task;
        }
    }

    private static void Complete(TaskCompletionSource? waiters, ClientState state, ClientCloseReason? reason, Exception? failure)
    {
        if (waiters is null)
        {
            return;
        }

        if (state == ClientState.Connected)
        {
            waiters.TrySetResult();
            return;
        }

        waiters.TrySetException(failure ?? new ConnectFailedException(reason ?? ClientCloseReason.ClientDisconnect, "The client was disconnected before it had connected."));
        _ = waiters.Task.Exception; // seen, also where nobody waits any more
    }
}
