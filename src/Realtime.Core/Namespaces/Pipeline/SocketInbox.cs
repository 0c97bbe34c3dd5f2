using Realtime.Core.Connections;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>
/// Runs the user code of one socket: one piece at a time, in order, starting on the read loop when nothing is running. Handlers of concurrent events count as done
/// here when they have started: <see cref="ConcurrentHandlers"/> has them.
/// </summary>
/// <remarks>Guarded by <c>_gate</c>, which is never held while user code runs. What waits is bounded for the whole connection by its <see cref="InboundBudget"/>.</remarks>
internal sealed class SocketInbox(RealtimeSocket socket, ClientSession session)
{
    private readonly Lock _gate = new();
    private Queue<Work>? _waiting;
    private TaskCompletionSource? _idle; // made for who asks while something runs
    private ulong _number;
    private bool _busy = true; // until the socket is connected: nothing may run before the handlers of that
    private bool _discarding;

    internal ulong NextNumber() => ++_number; // only ever called by the one piece of code that runs

    /// <summary>Takes an event.</summary>
    /// <returns>A task that completes when the connection may read on.</returns>
    internal ValueTask Post(in Packet packet)
    {
        lock (_gate)
        {
            if (_busy)
            {
                if (_discarding)
                {
                    return default;
                }

                // The bytes belong to the transport, which needs them back.
                EnqueueLocked(new Work(WorkKind.Event, packet.Detach(), null));
                return session.Budget.Add();
            }

            _busy = true;
        }

        Drive(socket.Owner.Pipeline.Events.DispatchAsync(socket, in packet));
        return default;
    }

    /// <summary>Gets what completes when nothing runs and nothing waits: not before the socket has begun. For whoever goes on in its place.</summary>
    internal Task Running
    {
        get
        {
            lock (_gate)
            {
                return _busy ? (_idle ??= new TaskCompletionSource()).Task : Task.CompletedTask;
            }
        }
    }

    /// <summary>Starts with the handlers of the connect. What came before waits behind them.</summary>
    internal void Start() => Drive(RunAsync(new Work(WorkKind.Connected, default, null)));

    /// <summary>Takes the end of the socket.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="discard">Whether events that still wait are dropped: when it was the server that disconnected the socket.</param>
    internal void PostDisconnected(CloseReason reason, bool discard)
    {
        if (discard)
        {
            lock (_gate)
            {
                _discarding = true;
                int dropped = 0;
                if (_waiting is not null)
                {
                    Work[] kept = [.. _waiting.Where(static work => work.Kind != WorkKind.Event)];
                    dropped = _waiting.Count - kept.Length;
                    _waiting = new Queue<Work>(kept);
                }

                session.Budget.Remove(dropped);
            }
        }

        Post(new Work(WorkKind.Disconnected, default, reason));
    }

    private void Post(Work work)
    {
        lock (_gate)
        {
            if (_busy)
            {
                EnqueueLocked(work);
                return;
            }

            _busy = true;
        }

        Drive(RunAsync(work));
    }

    private void EnqueueLocked(Work work) => (_waiting ??= new Queue<Work>()).Enqueue(work);

    private ValueTask RunAsync(Work work)
    {
        switch (work.Kind)
        {
            case WorkKind.Event:
                session.Budget.Remove(1);
                Packet packet = work.Packet;
                return socket.Owner.Pipeline.Events.DispatchAsync(socket, in packet);
            case WorkKind.Connected:
                return socket.Owner.Pipeline.RunConnectedAsync(socket);
            default:
                return socket.Owner.Pipeline.RunDisconnectedAsync(socket, work.Reason!);
        }
    }

    // Everything that runs here handles its own errors: a task that ends up here never fails.
    private void Drive(ValueTask running)
    {
        while (running.IsCompletedSuccessfully)
        {
            if (!TryTake(out Work work))
            {
                return;
            }

            running = RunAsync(work);
        }

        _ = DriveAsync(running);
    }

    private async Task DriveAsync(ValueTask running)
    {
        await running.ConfigureAwait(false);
        while (TryTake(out Work work))
        {
            await RunAsync(work).ConfigureAwait(false);
        }
    }

    private bool TryTake(out Work work)
    {
        TaskCompletionSource? idle;
        lock (_gate)
        {
            if (_waiting is not null && _waiting.TryDequeue(out work))
            {
                return true;
            }

            work = default;
            _waiting = null;
            _busy = false;
            (idle, _idle) = (_idle, null);
        }

        idle?.SetResult(); // whoever waits goes on here, under no lock: no other thread is needed
        return false;
    }

    private enum WorkKind
    {
        Event,
        Connected,
        Disconnected,
    }

    private readonly record struct Work(WorkKind Kind, Packet Packet, CloseReason? Reason);
}
