using Lines = System.Collections.Generic.List<(string File, Realtime.Checker.LogRecord Record)>;

namespace Realtime.Checker.Tests;

/// <summary>Finds lines to change.</summary>
internal static class LogLines
{
    internal static int[] Where(this Lines lines, RecordKind kind, Func<LogRecord, bool>? fits = null) =>
        [.. Enumerable.Range(0, lines.Count).Where(index => lines[index].Record.Kind == kind && fits?.Invoke(lines[index].Record) != false)];

    /// <summary>Any of the candidates; -1 when there are none.</summary>
    internal static int Any(this Random random, IEnumerable<int> candidates)
    {
        int[] all = [.. candidates];
        return all.Length == 0 ? -1 : all[random.Next(all.Length)];
    }

    internal static void Change(this Lines lines, int index, Func<LogRecord, LogRecord> change) => lines[index] = (lines[index].File, change(lines[index].Record));

    internal static void Swap(this Lines lines, int one, int two) => (lines[one], lines[two]) = (lines[two], lines[one]);

    internal static bool IsAcked(this Lines lines, LogRecord delivery) =>
        lines.Exists(line => line.Record.Kind == RecordKind.Ack && line.Record.Stream == delivery.Stream && line.Record.Offset == delivery.Offset);

    internal static bool IsFollowed(this Lines lines, int index) =>
        lines.FindIndex(index + 1, line => line.Record.Kind == RecordKind.Recv && line.Record.Session == lines[index].Record.Session && line.Record.Stream == lines[index].Record.Stream) >= 0;

    /// <summary>Whether the session is the one that its client has at the end.</summary>
    internal static bool IsLast(this Lines lines, string? session)
    {
        LogRecord own = lines.Find(line => line.Record.Kind == RecordKind.Connect && line.Record.Session == session).Record;
        return lines.FindLast(line => line.Record.Kind == RecordKind.Connect && line.Record.Client == own.Client).Record.Session == session;
    }

    internal static LogRecord SendOf(this Lines lines, string? id) => lines.Find(line => line.Record.Kind == RecordKind.Send && line.Record.Id == id).Record;

    /// <summary>The message at a place, when it is acknowledged, for one room and for everybody.</summary>
    internal static LogRecord? PlainAt(this Lines lines, string? stream, long? offset) =>
        lines.Find(line => line.Record.Kind == RecordKind.Ack && line.Record.Stream == stream && line.Record.Offset == offset).Record is { } ack
        && lines.SendOf(ack.Op) is { Rooms.Length: 1, Except: null } send ? send : null;

    internal static bool WasGiven(this Lines lines, string? session, string? id) =>
        lines.Exists(line => line.Record.Kind == RecordKind.Recv && line.Record.Session == session && line.Record.Id == id);
}
