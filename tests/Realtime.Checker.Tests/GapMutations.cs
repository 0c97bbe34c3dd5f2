using Lines = System.Collections.Generic.List<(string File, Realtime.Checker.LogRecord Record)>;

namespace Realtime.Checker.Tests;

/// <summary>Changes to what clients were told of losses.</summary>
internal static class GapMutations
{
    internal static bool Remove(Lines lines, Random random) => RemoveOne(lines, random, followed: false);

    internal static bool RemoveInside(Lines lines, Random random) => RemoveOne(lines, random, followed: true);

    internal static bool Delay(Lines lines, Random random)
    {
        int index = random.Any(Telling(lines).Where(lines.IsFollowed));
        if (index < 0)
        {
            return false;
        }

        (string File, LogRecord Record) gap = lines[index];
        int next = lines.FindIndex(index, line => line.Record.Kind == RecordKind.Recv && line.Record.Session == gap.Record.Session && line.Record.Stream == gap.Record.Stream);
        lines.Insert(next + 1, gap);
        lines.RemoveAt(index);
        return true;
    }

    internal static bool Invent(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Recv));
        LogRecord recv = lines[index].Record;
        lines.Insert(index + 1, (lines[index].File, Records.Gap(recv.Client!, recv.Session!, recv.Stream!, recv.Offset!.Value, recv.Offset.Value)));
        return true;
    }

    private static bool RemoveOne(Lines lines, Random random, bool followed)
    {
        int index = random.Any(Telling(lines).Where(index => followed ? lines.IsFollowed(index) : lines.IsLast(lines[index].Record.Session)));
        if (index >= 0)
        {
            lines.RemoveAt(index);
        }

        return index >= 0;
    }

    // A gap that was owed: at its ends stand messages that the session would have got.
    private static int[] Telling(Lines lines) => lines.Where(RecordKind.Gap, gap => lines.IsAcked(gap with { Offset = gap.From }));
}
