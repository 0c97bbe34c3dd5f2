using Lines = System.Collections.Generic.List<(string File, Realtime.Checker.LogRecord Record)>;

namespace Realtime.Checker.Tests;

/// <summary>Changes to what clients received.</summary>
internal static class DeliveryMutations
{
    internal static bool DropInside(Lines lines, Random random) =>
        Remove(lines, random.Any(lines.Where(RecordKind.Recv, lines.IsAcked).Where(lines.IsFollowed)));

    internal static bool DropLast(Lines lines, Random random) =>
        Remove(lines, random.Any(lines.Where(RecordKind.Recv, record => lines.IsAcked(record) && lines.IsLast(record.Session)).Where(index => !lines.IsFollowed(index))));

    internal static bool Repeat(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Recv));
        lines.Insert(random.Next(index + 1, lines.Count), lines[index]);
        return true;
    }

    internal static bool Swap(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Recv).Where(lines.IsFollowed));
        if (index < 0)
        {
            return false;
        }

        LogRecord record = lines[index].Record;
        lines.Swap(index, lines.FindIndex(index + 1, line => line.Record.Kind == RecordKind.Recv && line.Record.Session == record.Session && line.Record.Stream == record.Stream));
        return true;
    }

    internal static bool ChangePayload(Lines lines, Random random) => Change(lines, random.Any(lines.Where(RecordKind.Recv)), record => record with { Hash = "other" });

    internal static bool ChangeId(Lines lines, Random random) => Change(lines, random.Any(lines.Where(RecordKind.Recv)), record => record with { Id = "nobody" });

    internal static bool ChangeStream(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Recv, record => lines.SendOf(record.Id).Rooms!.Length == 1 && record.Stream != "s-d"));
        return Change(lines, index, record => record with { Stream = "s-d" }) && lines.Exists(line => line.Record.Kind is RecordKind.Ack or RecordKind.Control or RecordKind.Join && line.Record.Stream == "s-d");
    }

    internal static bool GiveToStranger(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Recv, record => Stranger(lines, record) is not null));
        return index >= 0 && Stranger(lines, lines[index].Record) is { } stranger
            && Insert(lines, index, lines[index].Record with { Client = stranger.Client, Session = stranger.Session }, stranger.Client!);
    }

    internal static bool Exclude(Lines lines, Random random)
    {
        int index = random.Any(lines.Where(RecordKind.Recv));
        string session = lines[index].Record.Session!;
        return Change(lines, lines.FindIndex(line => line.Record.Kind == RecordKind.Send && line.Record.Id == lines[index].Record.Id), send => send with { Except = [session] });
    }

    internal static bool ChangeOffset(Lines lines, Random random) =>
        Change(lines, random.Any(lines.Where(RecordKind.Recv, lines.IsAcked)), record => record with { Offset = record.Offset + 1 });

    private static LogRecord? Stranger(Lines lines, LogRecord delivery) =>
        lines.Find(line => line.Record.Kind == RecordKind.Connect
            && !lines.Exists(join => join.Record.Kind == RecordKind.Join && join.Record.Session == line.Record.Session && join.Record.Stream == delivery.Stream)).Record;

    private static bool Insert(Lines lines, int index, LogRecord record, string file)
    {
        lines.Insert(index, (file, record));
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
