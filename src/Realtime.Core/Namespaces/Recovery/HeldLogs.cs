using Realtime.Core.Backplane;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The logs of rooms that recipients hold open, and where stays in these rooms begin.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class HeldLogs(Namespace owner, IBackplane backplane)
{
    private const int MaxLooks = 10; // at the head of a log, for one that does not move on between two

    /// <summary>Opens the log of a room, and holds it open until the recipient is over.</summary>
    internal async ValueTask<LogHead> OpenAsync(SequencedRecipient recipient, string room)
    {
        LogHead head = await backplane.OpenLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The backplane kept logs when the session began, and keeps none now.");
        owner.Recovery.Order.Reach(head.Order);
        if (!recipient.Held.TryHold(room))
        {
            await backplane.CloseLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false); // it has disconnected meanwhile
        }

        return head;
    }

    /// <summary>Begins a stay at the head of a log. One that began where the log was looked at a while ago, and behind what was numbered since, would claim that its client gets what lies between.</summary>
    internal async ValueTask<MembershipInterval> BeginStayAsync(RecoverableSession session, string room, LogHead head)
    {
        for (int look = 0; look < MaxLooks; look++)
        {
            if (session.Memberships.TryBeginNow(new MembershipInterval(room, head.Position, head.Order)) is { } stay)
            {
                return stay;
            }

            head = await backplane.OpenLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false) ?? head;
            await backplane.CloseLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false); // it is held open already
        }

        return session.Memberships.BeginNow(new MembershipInterval(room, head.Position, head.Order));
    }

    /// <summary>The recipient is over: the logs are held open by others now, or linger until nobody can come back.</summary>
    internal async ValueTask CloseAllAsync(SequencedRecipient recipient)
    {
        foreach (string room in recipient.Held.ReleaseAll())
        {
            await backplane.CloseLogAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
