using Realtime.Core.Backplane;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Applies to a session that comes back, here or from another node, what was done to it while it was away: joins, leaves and disconnects that were addressed to an audience.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AwayControls(Namespace owner, RecoveryEnvironment environment)
{
    private const int PageSize = 256;

    // Entries whose application was on its way when the connection was lost: looked at again, and known when they were applied.
    private const int Overlap = 64;

    /// <summary>Brings a session up to date.</summary>
    /// <returns>Whether it is still there: not when it was disconnected, or when nobody can know.</returns>
    internal async ValueTask<bool> ApplyAsync(RealtimeSocket socket, RecoverableSession session)
    {
        StreamPosition position = session.Control.Left is { } left ? new StreamPosition(left.Stream, Math.Max(0, left.Offset - Overlap)) : new StreamPosition("", 0);
        long seen = session.Control.Left?.Offset ?? 0;
        bool isChanged = false;
        while (await environment.Backplane.ReadAsync(owner.Path, Publication.ControlLog, position, PageSize, CancellationToken.None).ConfigureAwait(false) is { } page)
        {
            owner.Recovery.Order.BeginControls(page.Head);
            if (page.Entries.Count == 0 || !session.Control.IsIn(page))
            {
                break;
            }

            if (page.LostThrough > seen && page.Head.Stream == (session.Control.Left?.Stream ?? page.Head.Stream))
            {
                return false; // more was done meanwhile than is kept: nobody knows where it is member
            }

            if (await ApplyAsync(socket, session, page.Entries).ConfigureAwait(false) is not { } isAnyNew)
            {
                return false;
            }

            isChanged |= isAnyNew;
            position = new StreamPosition(page.Head.Stream, page.Entries[^1].Offset);
        }

        session.Control.Return();
        if (isChanged)
        {
            await session.SaveRoomsAsync().ConfigureAwait(false);
        }

        return true;
    }

    /// <returns>Whether anything was done; <see langword="null"/> when it was disconnected.</returns>
    private async ValueTask<bool?> ApplyAsync(RealtimeSocket socket, RecoverableSession session, IReadOnlyList<LogEntry> entries)
    {
        bool isChanged = false;
        foreach (LogEntry entry in entries)
        {
            if (!session.Control.Has(entry.Result.Order) && IsAddressed(session, entry.Publication.Audience, entry.Result.Order))
            {
                if (!await ApplyAsync(socket, session, entry).ConfigureAwait(false))
                {
                    return null;
                }

                isChanged = true;
            }

            session.Control.Applied(entry.Result.Order);
        }

        return isChanged;
    }

    private async ValueTask<bool> ApplyAsync(RealtimeSocket socket, RecoverableSession session, LogEntry entry)
    {
        switch (entry.Publication.Kind)
        {
            case PublicationKind.Disconnect:
                return false;
            case PublicationKind.Leave:
                foreach (string room in entry.Publication.Rooms)
                {
                    session.Memberships.End(room, entry.Result.Order, environment.Now, environment.EndedStayMemory);
                }

                return true;
            default:
                foreach (StreamOffset joined in entry.Result.Joined)
                {
                    if (await owner.Pipeline.Access.IsAllowedAsync(socket, joined.Room).ConfigureAwait(false))
                    {
                        var stay = new MembershipInterval(joined.Room, new StreamPosition(joined.Stream, joined.Offset), entry.Result.Order);
                        stay = session.Memberships.Begin(stay);
                        session.Sent?.Begin(stay.Joined);
                    }
                }

                return true;
        }
    }

    private static bool IsAddressed(RecoverableSession session, Audience audience, long order) =>
        audience.Sender != session.SocketId
        && (audience.Rooms.Count == 0 || audience.Rooms.Any(room => session.Memberships.WasIn(room, order)))
        && !audience.Except.Any(room => session.Memberships.WasIn(room, order));
}
