using Lines = System.Collections.Generic.List<(string File, Realtime.Checker.LogRecord Record)>;

namespace Realtime.Checker.Tests;

/// <summary>Changes to who is a member, and from where to where.</summary>
internal static class MembershipMutations
{
    internal static bool JoinEarlier(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Join, join =>
            join.Offset > 0 && lines.IsLast(join.Session) && lines.PlainAt(join.Stream, join.Offset) is { } message && !lines.WasGiven(join.Session, message.Id)
            && !lines.Exists(gap => gap.Record.Kind == RecordKind.Gap && gap.Record.Session == join.Session && gap.Record.Stream == join.Stream)
            && IsOnlyJoin(lines, join)));
        return Move(lines, index, -1);
    }

    internal static bool JoinLater(Lines lines, Random random) =>
        Move(lines, random.Any(lines.Where(RecordKind.Join, join => IsOnlyJoin(lines, join) && IsGivenAt(lines, join, join.Offset + 1))), 1);

    internal static bool LeaveEarlier(Lines lines, Random random) =>
        Move(lines, random.Any(lines.Where(RecordKind.Leave, leave => IsOnlyJoin(lines, leave) && IsGivenAt(lines, leave, leave.Offset))), -1);

    internal static bool NeverLeave(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Leave, leave =>
            lines.IsLast(leave.Session)
            && IsOnlyJoin(lines, leave)
            && lines.Exists(ack => ack.Record.Kind == RecordKind.Ack && ack.Record.Stream == leave.Stream && ack.Record.Offset > leave.Offset && lines.PlainAt(leave.Stream, ack.Record.Offset) is not null)));
        if (index >= 0)
        {
            lines.RemoveAt(index);
        }

        return index >= 0;
    }

    // Of two memberships one may be empty, and the other take over what it loses.
    private static bool IsOnlyJoin(Lines lines, LogRecord membership) =>
        lines.Count(other => other.Record.Kind == RecordKind.Join && other.Record.Session == membership.Session && other.Record.Stream == membership.Stream) == 1;

    private static bool IsGivenAt(Lines lines, LogRecord membership, long? offset) =>
        lines.Exists(recv => recv.Record.Kind == RecordKind.Recv && recv.Record.Session == membership.Session && recv.Record.Stream == membership.Stream && recv.Record.Offset == offset);

    private static bool Move(Lines lines, int index, long by)
    {
        if (index >= 0)
        {
            lines.Change(index, record => record with { Offset = record.Offset + by });
        }

        return index >= 0;
    }
}
