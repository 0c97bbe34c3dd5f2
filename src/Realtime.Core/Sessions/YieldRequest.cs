namespace Realtime.Core.Sessions;

/// <summary>The question to the owner of a session whether it yields. However many claims wait for the answer, it is asked once.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class YieldRequest(ISessionOwner owner, SessionOwnership session)
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that completes when the store has taken note of the answer, or that there is none.</summary>
    internal Task Answered => _answered.Task;

    /// <summary>Asks. Never fails: an owner that does is not asked again, and the next fence keeps it from writing, as with one that is too late.</summary>
    internal async Task AskAsync(TimeSpan timeout, TimeProvider timeProvider)
    {
        using var limit = new CancellationTokenSource(timeout, timeProvider);
        try
        {
            await owner.YieldAsync(session, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // See above.
        }
    }

    internal void Complete() => _answered.SetResult();
}
