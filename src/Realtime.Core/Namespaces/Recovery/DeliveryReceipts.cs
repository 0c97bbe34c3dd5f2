using Realtime.Core.Backplane;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Counts who has got an event, for those that wait for it, from the positions that clients report.</summary>
/// <remarks>Guarded by <c>_gate</c>. Who waits is bounded by its time; while nobody does, a report costs one look.</remarks>
internal sealed class DeliveryReceipts(HeldSessions sessions, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly List<Wait> _waits = [];
    private volatile int _count;

    /// <summary>Waits until enough clients have an event, or for a time.</summary>
    /// <returns>How many have it.</returns>
    internal async Task<int> WaitAsync(Audience audience, PublishResult result, int quorum, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!result.IsNumbered)
        {
            return 0;
        }

        // First in the list, then looked at: who reports meanwhile is counted here or there, and once.
        var wait = new Wait(audience, result, quorum);
        lock (_gate)
        {
            _waits.Add(wait);
            _count = _waits.Count;
        }

        try
        {
            foreach (RecoverableSession session in sessions.All)
            {
                Count(wait, session);
            }

            await wait.Reached.Task.WaitAsync(timeout, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // as many as there are
        }
        finally
        {
            lock (_gate)
            {
                _waits.Remove(wait);
                _count = _waits.Count;
            }
        }

        lock (_gate)
        {
            return wait.Sessions.Count;
        }
    }

    /// <summary>A client has reported.</summary>
    internal void OnReported(RecoverableSession session)
    {
        if (_count == 0)
        {
            return;
        }

        Wait[] waits;
        lock (_gate)
        {
            waits = [.. _waits];
        }

        foreach (Wait wait in waits)
        {
            Count(wait, session);
        }
    }

    private void Count(Wait wait, RecoverableSession session)
    {
        if (!wait.Result.Offsets.Any(place => session.Reached.Of(place.Stream) >= place.Offset && IsFor(session, wait, place.Room)))
        {
            return;
        }

        lock (_gate)
        {
            wait.Sessions.Add(session.Id);
            if (wait.Sessions.Count >= wait.Quorum)
            {
                wait.Reached.TrySetResult();
            }
        }
    }

    // Who is left out reaches the position too, without the event.
    private static bool IsFor(RecoverableSession session, Wait wait, string room) =>
        wait.Audience.Sender != session.SocketId
        && session.Memberships.WasIn(room, wait.Result.Order)
        && !wait.Audience.Except.Any(except => session.Memberships.WasIn(except, wait.Result.Order));

    private sealed record Wait(Audience Audience, PublishResult Result, int Quorum)
    {
        internal HashSet<string> Sessions { get; } = new(StringComparer.Ordinal);

        internal TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
