namespace Realtime.Checker;

/// <summary>Whether a copy is for a session.</summary>
internal enum Addressed
{
    /// <summary>It has to be delivered.</summary>
    Must,

    /// <summary>The logs do not tell: it may be delivered and need not be.</summary>
    May,

    /// <summary>The session is not a member there.</summary>
    NoMember,

    /// <summary>The message is not for this session.</summary>
    Excluded,

    /// <summary>An earlier copy of the same message is the one to deliver.</summary>
    EarlierCopy,
}

/// <summary>The rule of delivery, told from the logs and from nothing of the server.</summary>
internal static class Addressing
{
    internal static Addressed Of(Session session, Copy copy)
    {
        if (session.MembershipAt(copy.Stream, copy.Offset) is not { } membership)
        {
            return Addressed.NoMember;
        }

        if (!membership.IsCertain || copy.Message.Sent is not { } sent)
        {
            return Addressed.May;
        }

        if (IsNamed(sent.Except, session))
        {
            return Addressed.Excluded;
        }

        Addressed byRooms = ByExcludedRooms(session, copy.Message);
        return byRooms == Addressed.Must ? ByEarlierCopies(session, copy) : byRooms;
    }

    private static bool IsNamed(string[]? except, Session session) =>
        except is not null && (except.Contains(session.Id) || (session.Client is { } client && except.Contains(client)));

    // Positions in two rooms have no common order. It is certain only when one log has the join before the send and no leave, or the leave before the send.
    private static Addressed ByExcludedRooms(Session session, Message message)
    {
        Addressed verdict = Addressed.Must;
        foreach (string room in message.Sent?.ExceptRooms ?? [])
        {
            foreach (Membership membership in session.Memberships)
            {
                if (membership.Room != room || membership.LeftAt?.IsBefore(message.Sends[0]) == true)
                {
                    continue;
                }

                if (membership.LeftAt is null && membership.JoinedAt.IsBefore(message.Sends[0]))
                {
                    return Addressed.Excluded;
                }

                verdict = Addressed.May;
            }
        }

        return verdict;
    }

    private static Addressed ByEarlierCopies(Session session, Copy copy)
    {
        if (copy.Message.Rooms.Count < 2 || copy.Stream.Room is not { } here)
        {
            return Addressed.Must;
        }

        Addressed verdict = Addressed.Must;
        foreach (string room in copy.Message.Rooms)
        {
            if (string.CompareOrdinal(room, here) >= 0)
            {
                continue;
            }

            if (copy.Message.CopyIn(room) is { } earlier)
            {
                if (session.MembershipAt(earlier.Stream, earlier.Offset) is { } membership)
                {
                    verdict = membership.IsCertain ? Addressed.EarlierCopy : Addressed.May;
                    break;
                }
            }
            else if (session.Memberships.Exists(membership => membership.Room == room) && !IsUnnumbered(copy.Message, room))
            {
                verdict = Addressed.May; // nobody told where the earlier copy stands
            }
        }

        return verdict;
    }

    private static bool IsUnnumbered(Message message, string room) =>
        message.Acks.Exists(ack => ack.Record.Room == room && ack.Record.Stream is null);
}
