namespace Realtime.Client.Sending;

/// <summary>Those who wait for their turn, in the order of their calls: without it whoever wakes first would go first.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class WaitingLine
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;

    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _last.IsCompleted;
            }
        }
    }

    /// <summary>Takes a place behind everybody else.</summary>
    internal Place Enter()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var place = new Place(_last, done);
            _last = done.Task;
            return place;
        }
    }

    /// <summary>A place in the line.</summary>
    /// <param name="turn">What completes when everybody before has left.</param>
    /// <param name="done">Tells whoever is behind.</param>
    internal readonly struct Place(Task turn, TaskCompletionSource done)
    {
        internal Task Turn => turn;

        /// <summary>Leaves the line, also out of the middle: whoever is behind then waits for whoever is before.</summary>
        internal void Leave()
        {
            if (turn.IsCompleted)
            {
                done.SetResult();
            }
            else
            {
                _ = turn.ContinueWith(static (_, done) => ((TaskCompletionSource)done!).SetResult(), done, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }
}
