using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Backplane;

/// <summary>The logs of all rooms of a process: opened, appended to, read, and gone when nobody can come back for them.</summary>
/// <remarks>Confined to the lock of its backplane, except <see cref="Keeps"/>.</remarks>
internal sealed class RoomLogs(RetentionLimits limits, TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<NamespacePath, Dictionary<string, KeptLog>> _logs = new();
    private readonly Queue<(NamespacePath Path, KeptLog Log, TimeSpan Closed)> _closed = new();
    private readonly RetentionBudget _budget = new(limits.MaxTotalBytes);
    private readonly long _epoch = timeProvider.GetTimestamp();
    private long _order;

    private TimeSpan Now => timeProvider.GetElapsedTime(_epoch);

    /// <summary>Tells whether any room of a namespace keeps a log. Thread-safe and cheap: most applications have none.</summary>
    internal bool Keeps(NamespacePath path) => !_logs.IsEmpty && _logs.ContainsKey(path);

    internal LogHead Open(NamespacePath path, string room)
    {
        Sweep();
        KeptLog log = FindOrCreate(path, room);
        log.Holders++;
        return new LogHead(log.Head, _order);
    }

    internal void Close(NamespacePath path, string room)
    {
        if (TryFind(path, room, out KeptLog? log) && --log.Holders == 0)
        {
            Linger(path, log);
        }

        Sweep();
    }

    /// <summary>Numbers a publication in each addressed room that keeps a log.</summary>
    internal PublishResult Append(Publication publication)
    {
        if (!_logs.TryGetValue(publication.Namespace, out Dictionary<string, KeptLog>? logs) || FindAddressed(logs, publication) is not { } addressed)
        {
            return PublishResult.Unnumbered;
        }

        var offsets = new StreamOffset[addressed.Length];
        for (int i = 0; i < addressed.Length; i++)
        {
            KeptLog log = addressed[i];
            offsets[i] = new StreamOffset(log.Room, log.Entries.Stream, log.Entries.Head + 1);
        }

        var result = new PublishResult(offsets) { Order = ++_order, Joined = publication.Kind == PublicationKind.Join ? FindJoined(publication) : [] };
        int bytes = SizeOf(publication);
        TimeSpan now = Now;
        foreach (KeptLog log in addressed)
        {
            log.Entries.Append(offset => new LogEntry(offset, publication, result), bytes, now);
        }

        return result;
    }

    internal LogPage? Read(NamespacePath path, string room, StreamPosition after, int maxEntries)
    {
        if (!TryFind(path, room, out KeptLog? log))
        {
            return null;
        }

        RoomLog<LogEntry> entries = log.Entries;
        entries.Expire(Now);
        long from = after.Stream == entries.Stream ? Math.Min(after.Offset, entries.Head) : 0;
        return new LogPage(log.Head, entries.Read(from, maxEntries)) { LostThrough = entries.First - 1 > from ? entries.First - 1 : 0 };
    }

    private KeptLog[]? FindAddressed(Dictionary<string, KeptLog> logs, Publication publication)
    {
        if (publication.Kind != PublicationKind.Event)
        {
            KeptLog controls = FindOrCreate(publication.Namespace, Publication.ControlLog);
            Linger(publication.Namespace, controls);
            return [controls];
        }

        IReadOnlyList<string> rooms = publication.Audience.Rooms;
        if (rooms.Count <= 1)
        {
            return logs.TryGetValue(rooms.Count == 0 ? "" : rooms[0], out KeptLog? log) ? [log] : null;
        }

        KeptLog[] found = [.. rooms.Distinct(StringComparer.Ordinal).Where(logs.ContainsKey).Order(StringComparer.Ordinal).Select(room => logs[room])];
        return found.Length == 0 ? null : found;
    }

    // Also the rooms that keep no log yet: who is away and is put into one has to find it when it comes back.
    private StreamOffset[] FindJoined(Publication publication) =>
    [
        .. publication.Rooms.Select(room =>
        {
            KeptLog log = FindOrCreate(publication.Namespace, room);
            Linger(publication.Namespace, log);
            return new StreamOffset(room, log.Entries.Stream, log.Entries.Head);
        }),
    ];

    private static int SizeOf(Publication publication)
    {
        int bytes = publication.Payload.Data.Length;
        foreach (ReadOnlyMemory<byte> attachment in publication.Payload.Attachments ?? [])
        {
            bytes += attachment.Length;
        }

        return bytes;
    }

    private KeptLog FindOrCreate(NamespacePath path, string room)
    {
        Dictionary<string, KeptLog> logs = _logs.GetOrAdd(path, static _ => new Dictionary<string, KeptLog>(StringComparer.Ordinal));
        if (!logs.TryGetValue(room, out KeptLog? log))
        {
            logs[room] = log = new KeptLog(room, new RoomLog<LogEntry>(limits, _budget));
        }

        return log;
    }

    private bool TryFind(NamespacePath path, string room, [NotNullWhen(true)] out KeptLog? log)
    {
        log = null;
        return _logs.TryGetValue(path, out Dictionary<string, KeptLog>? logs) && logs.TryGetValue(room, out log);
    }

    private void Linger(NamespacePath path, KeptLog log)
    {
        log.Closed = Now;
        if (!log.IsLingering)
        {
            log.IsLingering = true;
            _closed.Enqueue((path, log, log.Closed));
        }
    }

    /// <summary>Drops the logs that were closed so long ago that nobody can come back for them: in the order in which they were closed, so it costs what it drops.</summary>
    private void Sweep()
    {
        TimeSpan now = Now;
        while (_closed.TryPeek(out (NamespacePath Path, KeptLog Log, TimeSpan Closed) first)
            && (now - first.Closed > limits.MaxAge || _closed.Count > limits.MaxClosedLogs))
        {
            _closed.Dequeue();
            first.Log.IsLingering = false;
            if (first.Log.Holders > 0 || !_logs.TryGetValue(first.Path, out Dictionary<string, KeptLog>? logs))
            {
                continue;
            }

            if (first.Log.Closed > first.Closed)
            {
                first.Log.IsLingering = true; // opened and closed again meanwhile
                _closed.Enqueue((first.Path, first.Log, first.Log.Closed));
                continue;
            }

            first.Log.Entries.Clear();
            logs.Remove(first.Log.Room);
            if (logs.Count == 0)
            {
                _logs.TryRemove(first.Path, out _);
            }
        }
    }

    private sealed class KeptLog(string room, RoomLog<LogEntry> entries)
    {
        internal string Room { get; } = room;

        internal RoomLog<LogEntry> Entries { get; } = entries;

        internal StreamPosition Head => new(Entries.Stream, Entries.Head);

        /// <summary>Gets or sets the number of those who hold it open.</summary>
        internal int Holders { get; set; }

        internal TimeSpan Closed { get; set; }

        /// <summary>Gets or sets a value indicating whether it stands in the queue of those that were closed, where each stands once at most.</summary>
        internal bool IsLingering { get; set; }
    }
}
