using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Keeps what a node has of sessions and what the store has of them together: touches those that are connected, writes again what the store has lost, and lets go of what may be another node's.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SessionUpkeep(Namespace owner, RecoveryEnvironment environment, HeldSessions sessions, ISessionOwner node)
{
    // Small enough for a store to answer at once, large enough to cost little for each.
    private const int BatchSize = 500;

    /// <summary>Tells whether a handler may start for a session. When not, its client is sent away without a word: it comes back and claims the session, here or elsewhere.</summary>
    internal bool MayStart(RealtimeSocket socket, RecoverableSession session)
    {
        if (session.IsLost)
        {
            SendAway(socket, session);
            return false; // also what waits behind a message whose answer could not be stored: another node handles it
        }

        if (session.IsOver || environment.Store.IsOwnershipCertain(session.Ownership))
        {
            return true; // of one that has ended nobody asks any more
        }

        // The message stays unanswered and is sent again: what is held of the session would take it for one that runs.
        sessions.Remove(session);
        NamespaceLog.OwnershipUncertain(owner.Logger, owner.Path.Value, socket.Id);
        SendAway(socket, session);
        session.Lose();
        sessions.Leave(session);
        return false;
    }

    /// <summary>Finds a session that a client comes back to. What this node still does for one that it let go of ends first: its answers are stored then.</summary>
    internal async ValueTask<RecoverableSession?> FindAsync(string id)
    {
        await WhenLeftAsync(id).WaitAsync(environment.Options.Sessions.Window, environment.TimeProvider).ConfigureAwait(false);
        return sessions.Find(id);
    }

    /// <summary>Waits for what this node still does for a session that it let go of.</summary>
    internal Task WhenLeftAsync(string id) => sessions.FindLeaving(id) ?? Task.CompletedTask;

    // The message may have come on an earlier connection than the one that the client has now: that one would be heard no more.
    private static void SendAway(RealtimeSocket socket, RecoverableSession session)
    {
        socket.Session.Drop(socket, discard: true);
        if (session.Socket is { } current && current != socket)
        {
            current.Session.Drop(current, discard: true);
        }
    }

    /// <summary>Touches the sessions that are connected. One after the other where the store has lost some: a store that begins empty is not flooded.</summary>
    internal async Task TouchAsync(CancellationToken cancellationToken)
    {
        foreach (RecoverableSession[] some in sessions.All.Where(static session => session is { Socket: not null, IsOver: false }).Chunk(BatchSize))
        {
            IReadOnlyList<SessionOwnership> touched = [.. some.Select(static session => session.Ownership)];
            HashSet<SessionOwnership> gone = [.. await environment.Store.TouchAsync(touched, cancellationToken).ConfigureAwait(false)];
            for (int i = 0; i < some.Length; i++)
            {
                // Who has come back meanwhile under another right was not touched under it.
                if (gone.Contains(touched[i]) && some[i].Ownership == touched[i])
                {
                    await CreateAgainAsync(some[i], cancellationToken).ConfigureAwait(false);
                }
            }

            // So that another node need not look at what was done long ago, and is not kept any more.
            await Task.WhenAll(some.Where(static session => session is { Socket: not null, IsOver: false, Control.IsBehind: true })
                .Select(static session => session.SaveRoomsAsync().AsTask())).ConfigureAwait(false);
        }
    }

    private async Task CreateAgainAsync(RecoverableSession session, CancellationToken cancellationToken)
    {
        if (session.IsOver || session.Socket is null)
        {
            return;
        }

        SessionRecord record = session.Window.WriteTo(session.Record with { Rooms = StoredStays.Store(session) });
        try
        {
            if (await environment.Store.CreateAsync(record, node, cancellationToken).ConfigureAwait(false) is { } created)
            {
                session.Record = created;
                await EndOrSaveAsync(session).ConfigureAwait(false);
                return;
            }
        }
        catch (InvalidOperationException)
        {
            // It is there: somebody else has it.
        }

        session.Drop();
    }

    // What has changed while it was written was refused, or went to the right before.
    private async ValueTask EndOrSaveAsync(RecoverableSession session)
    {
        if (session.IsOver)
        {
            await environment.Store.RemoveAsync(session.Ownership, CancellationToken.None).ConfigureAwait(false);
        }
        else if (session.Socket is null)
        {
            await environment.Store.ReleaseAsync(session.Ownership, handedOver: false, CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            await session.SaveRoomsAsync().ConfigureAwait(false);
        }
    }
}
