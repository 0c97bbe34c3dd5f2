using Microsoft.Extensions.Logging;
using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Redis.Sessions;

/// <summary>Asks owners to yield, each once however many claims of this node wait for the answer, and waits as long as is right.</summary>
/// <remarks>
/// <para>Guarded by <c>_gate</c>.</para>
/// <para>
/// An owner in this process is called. Another node is asked over its channel. One whose lease has run out is dead and is not waited for. One that lives has the time of
/// <see cref="SessionOptions.YieldTimeout"/>. One that has not renewed its lease in that time may be dead, or stopped with its handlers ready to go on: it is waited for until the lease has run
/// out, because from then on it starts none by itself.
/// </para>
/// </remarks>
internal sealed class YieldQuestions(OwnedSessions owned, NodeLease lease, YieldChannel channel, SessionSteps steps, SessionKeys keys, SessionTimes times, TimeProvider timeProvider, ILogger logger)
{
    // When the time is up, for an owner whose lease still holds: whether it renews it.
    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<(NamespacePath Path, string Id), (SessionOwnership Session, string Owner, Task Answered)> _asked = [];

    /// <summary>Waits until the owner has yielded or is not waited for any longer, and Redis knows.</summary>
    internal Task AskAsync(SessionOwnership session, string owner)
    {
        (NamespacePath, string) key = (session.Namespace, session.Id);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_asked.TryGetValue(key, out (SessionOwnership Session, string Owner, Task Answered) asked) && asked.Session == session && asked.Owner == owner)
            {
                return asked.Answered;
            }

            _asked[key] = (session, owner, answered.Task);
        }

        _ = RunAsync(session, owner, answered);
        return answered.Task;
    }

    /// <summary>Lets an owner of this process yield. Never fails: one that does has answered.</summary>
    internal async Task YieldAsync(SessionOwnership session)
    {
        if (owned.FindToYield(session) is not { } found)
        {
            return;
        }

        using var limit = new CancellationTokenSource(times.Yield, timeProvider);
        try
        {
            await found.Owner.YieldAsync(session, limit.Token).AsTask().WaitAsync(limit.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The next fence keeps it from writing, as one that is too late.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RedisSessionLog.YieldFailed(logger, exception);
        }

        owned.Remove(found);
    }

    private async Task RunAsync(SessionOwnership session, string owner, TaskCompletionSource answered)
    {
        try
        {
            await (NodeLease.NodeOf(owner) == lease.Name ? YieldAsync(session) : WaitForAsync(session, owner)).ConfigureAwait(false);
            await steps.SendAsync(
                session.Namespace,
                new SessionStep("yielded", keys.Session(session.Namespace, session.Id), session.Fence, owner, keys.Mark(session.Namespace, session.Id))).ConfigureAwait(false);
            Forget(session, answered.Task);
            answered.SetResult();
        }
#pragma warning disable CA1031 // Whoever waits gets it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Forget(session, answered.Task);
            answered.SetException(exception);
            _ = answered.Task.Exception; // perhaps nobody waits any more
        }
    }

    private void Forget(SessionOwnership session, Task answered)
    {
        lock (_gate)
        {
            if (_asked.TryGetValue((session.Namespace, session.Id), out (SessionOwnership Session, string Owner, Task Answered) asked) && asked.Answered == answered)
            {
                _asked.Remove((session.Namespace, session.Id));
            }
        }
    }

    private async Task WaitForAsync(SessionOwnership session, string owner)
    {
        using var enough = new CancellationTokenSource();
        try
        {
            var limit = Task.Delay(times.Yield, timeProvider, enough.Token);
            (long Renewals, TimeSpan Left)? first = await lease.ReadAsync(owner).ConfigureAwait(false);
            Task answer = channel.AskAsync(NodeLease.NodeOf(owner), session, enough.Token); // a dead one too: perhaps it only came late
            (long Renewals, TimeSpan Left)? now = first;
            while (now is { } state && !(limit.IsCompleted && state.Renewals != first!.Value.Renewals))
            {
                Task pause = limit.IsCompleted ? Task.Delay(s_pollInterval, timeProvider, enough.Token) : limit;
                var gone = Task.Delay(state.Left + TimeSpan.FromMilliseconds(1), timeProvider, enough.Token);
                if (await Task.WhenAny(answer, pause, gone).ConfigureAwait(false) == answer)
                {
                    await answer.ConfigureAwait(false);
                    return;
                }

                now = await lease.ReadAsync(owner).ConfigureAwait(false);
            }

            RedisSessionLog.NoYield(logger, owner, session.Namespace.Value);
        }
        finally
        {
            await enough.CancelAsync().ConfigureAwait(false);
        }
    }
}
