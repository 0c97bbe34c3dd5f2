using Lines = System.Collections.Generic.List<(string File, Realtime.Checker.LogRecord Record)>;

namespace Realtime.Checker.Tests;

/// <summary>Changes to what senders, servers and the owners of sessions say.</summary>
internal static class SenderMutations
{
    internal static bool ReuseOffset(Lines lines, Random random) =>
        Change(lines, random.Any(lines.Where(RecordKind.Ack, ack => lines.IsAcked(ack with { Offset = ack.Offset - 1 }))), ack => ack with { Offset = ack.Offset - 1 });

    // Everything from some place on stands one further.
    internal static bool SkipOffset(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Ack, ack => ack.Offset > 1 && !HasUnknown(lines, ack.Room!)));
        if (index < 0)
        {
            return false;
        }

        LogRecord first = lines[index].Record;
        for (int line = 0; line < lines.Count; line++)
        {
            LogRecord record = lines[line].Record;
            if (record.Stream == first.Stream && record.Kind != RecordKind.Gap && (record.Kind is RecordKind.Join or RecordKind.Leave or RecordKind.At ? record.Offset > first.Offset : record.Offset >= first.Offset))
            {
                lines.Change(line, moved => moved with { Offset = moved.Offset + 1 });
            }
        }

        return true;
    }

    internal static bool StoreTwice(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Ack));
        long head = lines.Where(line => line.Record.Stream == lines[index].Record.Stream).Max(line => line.Record.Offset ?? 0);
        lines.Insert(index + 1, (lines[index].File, lines[index].Record with { Offset = head + 1 }));
        return true;
    }

    internal static bool Refuse(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Ack, ack => lines.Exists(line => line.Record.Kind == RecordKind.Recv && line.Record.Id == ack.Op)));
        return Change(lines, index, ack => Records.Fail(ack.Op!));
    }

    internal static bool LoseForAll(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Ack, ack =>
            lines.Count(line => line.Record.Kind == RecordKind.Recv && line.Record.Stream == ack.Stream && line.Record.Offset == ack.Offset && lines.IsLast(line.Record.Session)) > 1
            && !lines.Exists(line => line.Record.Kind == RecordKind.Gap && line.Record.Stream == ack.Stream && line.Record.From <= ack.Offset && ack.Offset <= line.Record.To)));
        if (index < 0)
        {
            return false;
        }

        LogRecord acked = lines[index].Record;
        lines.RemoveAll(line => line.Record.Kind == RecordKind.Recv && line.Record.Stream == acked.Stream && line.Record.Offset == acked.Offset);
        return true;
    }

    internal static bool SwapSends(Lines lines, Random random) => SwapTwo(lines, random, RecordKind.Send, record => lines.Exists(line => line.Record.Kind == RecordKind.Handled && line.Record.Id == record.Id));

    internal static bool SwapHandled(Lines lines, Random random) => SwapTwo(lines, random, RecordKind.Handled, _ => true);

    internal static bool HandleTwice(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Handled));
        lines.Insert(index + 1, lines[index]);
        return true;
    }

    internal static bool DropHandled(Lines lines, Random random) => Remove(lines, random.Any(lines.Where(RecordKind.Handled, record => lines.Exists(line => line.Record.Kind == RecordKind.Ack && line.Record.Op == record.Id))));

    internal static bool DropInnerHandled(Lines lines, Random random) =>
        Remove(lines, random.Any(lines.Where(RecordKind.Handled, record => lines.Exists(line => line.Record.Kind == RecordKind.Handled && line.Record.Session == record.Session && line.Record.Number > record.Number))));

    internal static bool AnswerTwice(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Answer));
        lines.Insert(index + 1, (lines[index].File, lines[index].Record with { Hash = "other" }));
        return true;
    }

    internal static bool ClaimTwice(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Claim));
        lines.Insert(index + 1, (lines[index].File, lines[index].Record with { Owner = "n9" }));
        return true;
    }

    internal static bool OldFence(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Handled, record => record.Number > 1));
        return Change(lines, index, record => record with { Fence = 0 });
    }

    internal static bool DropCompletion(Lines lines, Random random) => Remove(lines, random.Any(lines.Where(RecordKind.Completion)));

    internal static bool RepeatCompletion(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Completion));
        lines.Insert(index + 1, (lines[index].File, lines[index].Record with { Name = "timeout" }));
        return true;
    }

    private static bool HasUnknown(Lines lines, string room) =>
        lines.Exists(line => line.Record.Kind == RecordKind.Send && line.Record.Rooms!.Contains(room) && !lines.Exists(ack => ack.Record.Kind == RecordKind.Ack && ack.Record.Op == line.Record.Op && ack.Record.Room == room));

    private static bool SwapTwo(Lines lines, Random random, RecordKind kind, Func<LogRecord, bool> fits)
    {
        int[][] groups = [.. lines.Where(kind, record => record.Session is not null && fits(record)).GroupBy(index => lines[index].Record.Session).Select(group => group.ToArray()).Where(group => group.Length > 1)];
        if (groups.Length == 0)
        {
            return false;
        }

        int[] chosen = groups[random.Next(groups.Length)];
        int first = random.Next(chosen.Length - 1);
        lines.Swap(chosen[first], chosen[first + 1]);
        return true;
    }

    private static bool Remove(Lines lines, int index)
    {
        if (index >= 0)
        {
            lines.RemoveAt(index);
        }

        return index >= 0;
    }

    private static bool Change(Lines lines, int index, Func<LogRecord, LogRecord> change)
    {
        if (index >= 0)
        {
            lines.Change(index, change);
        }

        return index >= 0;
    }
}
