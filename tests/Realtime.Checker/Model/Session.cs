namespace Realtime.Checker;

/// <summary>A session of a client: what it was a member of, what it was given, and how it ended.</summary>
/// <remarks>Confined to the check of one run.</remarks>
internal sealed class Session(string id)
{
    private readonly Dictionary<string, List<Line>> _eventsOf = [];

    internal string Id { get; } = id;

    internal string? Client { get; set; }

    /// <summary>Whether delivery is promised: not to a plain stock client.</summary>
    internal bool IsPromised { get; set; } = true;

    /// <summary>The line that made it known to its client.</summary>
    internal Line? Connected { get; set; }

    /// <summary>Why it need not have got what was sent last, when there is a reason: the client was told, went away, or was killed.</summary>
    internal Line? Ended { get; set; }

    /// <summary>Whether the log of its client says that all had time to arrive.</summary>
    internal bool SawQuiet { get; set; }

    internal bool MustHaveAll => SawQuiet && Ended is null;

    internal List<Membership> Memberships { get; } = [];

    /// <summary>Deliveries and gaps of each stream, in the order of the client.</summary>
    internal IReadOnlyDictionary<string, List<Line>> EventsOf => _eventsOf;

    internal void Add(string stream, Line line)
    {
        if (!_eventsOf.TryGetValue(stream, out List<Line>? events))
        {
            _eventsOf.Add(stream, events = []);
        }

        events.Add(line);
        if (line.Record.Kind == RecordKind.Gap)
        {
            Gaps.Add(line);
        }
    }

    internal List<Line> Gaps { get; } = [];

    internal Membership? MembershipAt(StreamLog stream, long offset)
    {
        foreach (Membership membership in Memberships)
        {
            if (ReferenceEquals(membership.Stream, stream) && membership.Contains(offset))
            {
                return membership;
            }
        }

        return null;
    }

    internal Membership? OpenMembership(StreamLog stream)
    {
        foreach (Membership membership in Memberships)
        {
            if (ReferenceEquals(membership.Stream, stream) && membership.IsOpen)
            {
                return membership;
            }
        }

        return null;
    }

    /// <summary>The membership that a leave at an offset ends: the last one that began before it, else the first one that begins right there and is empty.</summary>
    internal Membership? LastMembership(StreamLog stream, long left) =>
        Enumerable.Reverse(Memberships).Where(membership => ReferenceEquals(membership.Stream, stream) && membership.IsOpen && membership.Joined <= left)
            .OrderBy(membership => membership.Joined < left).ThenBy(membership => membership.Joined).LastOrDefault();

    /// <summary>Who joins a room again while it is a member there stays one; unless a node was killed that may have written down no leave.</summary>
    internal void EndBeforeRejoining(bool leavesMayBeMissing)
    {
        foreach (IGrouping<StreamLog, Membership> stream in Memberships.GroupBy(membership => membership.Stream))
        {
            Membership? before = null;
            foreach (Membership membership in stream.OrderBy(membership => membership.Joined).ThenByDescending(membership => membership.Left == membership.Joined))
            {
                if (before is { IsOpen: true })
                {
                    before.CloseSomewhereBefore(membership, isCertain: !leavesMayBeMissing);
                }

                before = membership;
            }
        }
    }

    internal bool WasIn(string stream)
    {
        foreach (Membership membership in Memberships)
        {
            if (membership.Stream.Id == stream)
            {
                return true;
            }
        }

        return false;
    }
}
