using System.Collections.Concurrent;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Backplane;

/// <summary>The logs of a namespace as this node shows them: what Redis keeps, up to what was placed here.</summary>
/// <remarks>Thread-safe. Many that read the same, as after the crash of another node, share one read.</remarks>
internal sealed class LogView(NamespacePath path, FollowedRooms rooms, NamespaceScripts scripts, Func<string, Task> catchUp)
{
    private readonly ConcurrentDictionary<(string Room, StreamPosition After, int MaxEntries, long Last), Lazy<Task<LogPage?>>> _reading = new();

    internal async ValueTask<LogPage?> ReadAsync(string room, StreamPosition after, int maxEntries)
    {
        LogHead? head = rooms.HeadOf(room);
        if (head is not null && head.Position.Stream == after.Stream && head.Position.Offset < after.Offset)
        {
            await catchUp(room).ConfigureAwait(false);
            head = rooms.HeadOf(room);
        }

        if (head is not null && head.Position == after)
        {
            return new LogPage(head.Position, []); // the usual end of a reader, without a look at Redis
        }

        (string Room, StreamPosition After, int MaxEntries, long Last) key = (room, after, maxEntries, head?.Position.Offset ?? -1);
        Lazy<Task<LogPage?>> reading = _reading.GetOrAdd(key, _ => new Lazy<Task<LogPage?>>(() => ReadAsync(room, after, maxEntries, head)));
        try
        {
            return await reading.Value.ConfigureAwait(false);
        }
        finally
        {
            _reading.TryRemove(new(key, reading));
        }
    }

    private async Task<LogPage?> ReadAsync(string room, StreamPosition after, int maxEntries, LogHead? head)
    {
        bool isPresent = head?.Position.Stream == after.Stream;
        LogPart? part = await scripts.ReadAsync(room, after, maxEntries, isPresent ? head!.Position.Offset : null).ConfigureAwait(false);
        if (part is null)
        {
            return null;
        }

        if (!part.IsKnown)
        {
            return await ReadFromBeginningAsync(room, part, maxEntries, head).ConfigureAwait(false);
        }

        // A log that has begun anew since is of no matter to this node yet: it shows the one that it has placed.
        StreamPosition shown = isPresent ? head!.Position : part.Head;
        EndedStream? ended = isPresent ? null : part.Ended;
        long end = ended?.Last ?? shown.Offset;
        long first = part.Blocks.Count > 0 ? part.Blocks[0].Offset : Math.Max(part.First, end + 1);
        return new LogPage(shown, Entries(part))
        {
            Ended = ended,
            LostThrough = after.Offset < end && first > after.Offset + 1 ? Math.Min(first - 1, end) : 0,
        };
    }

    // Nobody knows how the stream that was asked for goes on: what there is now is shown from its beginning.
    private async Task<LogPage?> ReadFromBeginningAsync(string room, LogPart part, int maxEntries, LogHead? head)
    {
        StreamPosition shown = head?.Position ?? part.Head;
        LogPart? present = await scripts.ReadAsync(room, shown with { Offset = 0 }, maxEntries, shown.Offset).ConfigureAwait(false);
        return present is null ? null : new LogPage(shown, Entries(present)) { LostThrough = present.Blocks.Count > 0 ? present.Blocks[0].Offset - 1 : shown.Offset };
    }

    private LogEntry[] Entries(LogPart part) => [.. part.Blocks.Select(entry => new LogEntry(entry.Offset, entry.Block.Decode(path), entry.Block.Result))];
}
