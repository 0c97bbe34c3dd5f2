using System.Collections.Concurrent;
using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Delivery;

/// <summary>The backplane of one node that writes down where publications stand and who joins where, in its own order.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RecordingBackplane(IBackplane inner, DeliveryLog log, string? mistake = null) : IBackplane
{
    private readonly ConcurrentDictionary<string, bool> _private = new(StringComparer.Ordinal);
    private readonly RoomStreams _streams = new(log);
    private RecordingReceiver? _receiver;
    private long _replays;
    private long _replayed;

    /// <summary>Gets how often something was read that a client had missed.</summary>
    internal long Replays => Interlocked.Read(ref _replays);

    /// <summary>Gets how many publications that were.</summary>
    internal long Replayed => Interlocked.Read(ref _replayed);

    /// <summary>Gets how often a log was found to go on from elsewhere.</summary>
    internal long Interrupts => _receiver?.Interrupts ?? 0;

    public bool AppendsOnce => inner.AppendsOnce;

    public bool RoutesByRoom => inner.RoutesByRoom;

    public ValueTask EnterAsync(NamespacePath path, string room, CancellationToken cancellationToken) => inner.EnterAsync(path, room, cancellationToken);

    public ValueTask LeaveAsync(NamespacePath path, string room, CancellationToken cancellationToken) => inner.LeaveAsync(path, room, cancellationToken);

    public ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken) => inner.CountNodesAsync(path, cancellationToken);

    public ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken) =>
        inner.StartAsync(_receiver = new RecordingReceiver(receiver, log, _streams, mistake), cancellationToken);

    public async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        PublishResult result = await inner.PublishAsync(publication, cancellationToken);
        PublicationScope.Current?.Result = result;
        return result;
    }

    // A private room is joined once; that it is opened again when its session comes back is no join.
    public async ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken)
    {
        LogHead? head = await inner.OpenLogAsync(path, room, cancellationToken);
        if (head is not null)
        {
            _streams.Note(room, head.Position.Stream);
        }

        string? session = Names.IsShared(room) ? PublicationScope.Current?.Session : room.Length > 0 && _private.TryAdd(room, true) ? room : null;
        if (session is not null && head is { Position: var position })
        {
            log.Add(Records.Join(session, Names.Logged(room), position.Stream, position.Offset));
        }

        return head;
    }

    public ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => inner.CloseLogAsync(path, room, cancellationToken);

    public async ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken)
    {
        LogPage? page = await inner.ReadAsync(path, room, after, maxEntries, cancellationToken);
        if (page?.Ended is { } ended)
        {
            _streams.NoteRotation(room, after.Stream, ended.Last, ended.Next);
        }
        else if (page is not null && page.Head.Stream != after.Stream)
        {
            _streams.NoteRotation(room, after.Stream, null, page.Head.Stream);
        }

        if (page?.Entries.Count > 0 && room.Length > 0)
        {
            Interlocked.Increment(ref _replays);
            Interlocked.Add(ref _replayed, page.Entries.Count);
        }

        return page;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
