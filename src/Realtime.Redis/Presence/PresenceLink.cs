using Realtime.Core.Identifiers;
using Realtime.Core.Presence;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Presence;

/// <summary>One namespace of this node: writes down who is there, sweeps what nodes have left that are over, and hears which rooms have changed.</summary>
/// <remarks>
/// <para>Thread-safe; <c>_gate</c> guards whether it is closed, and one step at a time is kept by <c>_working</c>.</para>
/// <para>
/// What is written is always what the node has at that moment. Whenever it is not certain what Redis has of it, it writes everything anew into another slice and sweeps the one before: so nothing has to be
/// compared, and nobody seems to leave for a moment.
/// </para>
/// </remarks>
internal sealed class PresenceLink(
    NamespacePath path, PresenceScripts scripts, ISubscriber subscriber, NodeLease lease, IPresenceSource source, RedisPresenceOptions options, TimeProvider timeProvider, Action<Exception> onFailed)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _working = new(1);
    private readonly PresenceChanges _changes = new(options.MaxWaiting);
    private readonly PresenceWatchers _watchers = new();
    private ChannelMessageQueue? _notices;
    private PresenceSlice? _slice;
    private int _slices;
    private int _wantsNotices;
    private volatile bool _isStarted;
    private volatile bool _isRead;
    private bool _isClosed;
    private bool _isOver;

    /// <summary>Gets who is told of changes.</summary>
    internal PresenceWatchers Watchers => _watchers;

    /// <summary>A user has come or left.</summary>
    /// <returns>Whether it will be written; otherwise the link is closed, and another one has to be used.</returns>
    internal bool TryNote(PresentUser user)
    {
        bool begins;
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            begins = _changes.Add(user);
        }

        if (begins)
        {
            _ = FlushAsync();
        }

        return true;
    }

    internal async Task<RoomPresence> ReadAsync(string room, int maxListed)
    {
        _isRead = true;
        if (!_isStarted)
        {
            await WorkAsync().ConfigureAwait(false); // what is left there of nodes that are over goes first
        }

        await _changes.WhenWritten().ConfigureAwait(false);
        return await scripts.ReadAsync(room, maxListed).ConfigureAwait(false);
    }

    /// <summary>Tells of changes of a room.</summary>
    /// <returns>What ends it; <see langword="null"/> when the link is closed, and another one has to be used.</returns>
    internal IDisposable? TryWatch(string room, Action onChanged)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return null;
            }

            _watchers.Add(room, onChanged);
        }

        if (Interlocked.Exchange(ref _wantsNotices, 1) == 0)
        {
            _ = WorkAsync();
        }

        return new Watching(_watchers, room, onChanged);
    }

    /// <summary>Closes it, unless somebody is there, watches or has read since the last time: namespaces come and go.</summary>
    internal bool TryClose()
    {
        lock (_gate)
        {
            _isClosed = !_isRead && _watchers.IsEmpty && _changes.IsIdle && _slice is { Count: 0 };
            _isRead = false;
            return _isClosed;
        }
    }

    /// <summary>Compares what this node and Redis have. Handles its own errors.</summary>
    /// <returns>Whether it worked.</returns>
    internal Task<bool> WorkAsync() => StepAsync([], isComparing: true);

    public async ValueTask DisposeAsync()
    {
        await _working.WaitAsync().ConfigureAwait(false);
        _isOver = true;
        try
        {
            await (_notices?.UnsubscribeAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            await (_slice is { Calls: > 0 } slice ? scripts.SweepAsync(slice.Name) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception) || exception is RedisUnavailableException)
        {
            // The others sweep it when the lease of this node is over.
        }
        finally
        {
            _working.Release();
        }
    }

    private async Task FlushAsync()
    {
        while (_changes.Take() is var (users, written))
        {
            await StepAsync(users, isComparing: !_isStarted).ConfigureAwait(false);
            written.SetResult();
        }
    }

    private async Task<bool> StepAsync(PresentUser[]? changed, bool isComparing)
    {
        await _working.WaitAsync().ConfigureAwait(false);
        try
        {
            await (_isOver ? Task.CompletedTask : DoAsync(changed, isComparing)).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // It is in the log, and the next step begins with what is certain.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _slice = null; // also because what has failed may still come to pass
            onFailed(exception);
            return false;
        }
        finally
        {
            _working.Release();
        }
    }

    private async Task DoAsync(PresentUser[]? changed, bool isComparing)
    {
        string incarnation = await lease.HoldAsync().ConfigureAwait(false);
        PresenceIndex? index = null;
        if (isComparing)
        {
            await SubscribeAsync().ConfigureAwait(false);
            index = await scripts.ReadIndexAsync().ConfigureAwait(false);
            await SweepAsync(index, own: false).ConfigureAwait(false);
            _isStarted = true;
            if (_slice is { } slice && index.Slices.GetValueOrDefault(slice.Name) != slice.Calls)
            {
                _slice = null;
            }
        }

        bool isCertain = _slice is { } known && known.Incarnation == incarnation && timeProvider.GetElapsedTime(known.Written) < options.Expiry / 3;
        if (changed is null || !isCertain || !await WriteAsync(_slice!, changed).ConfigureAwait(false))
        {
            await WriteAllAsync(incarnation).ConfigureAwait(false);
        }

        if (index is not null)
        {
            _watchers.Compare(index); // behind what it writes, so that who watches sees it
        }
    }

    private async Task WriteAllAsync(string incarnation)
    {
        var slice = new PresenceSlice(incarnation, ++_slices, timeProvider.GetTimestamp());
        if (await WriteAsync(slice, source.List(path)).ConfigureAwait(false))
        {
            _slice = slice;
            await SweepAsync(await scripts.ReadIndexAsync().ConfigureAwait(false), own: true).ConfigureAwait(false);
        }
    }

    private async Task<bool> WriteAsync(PresenceSlice slice, IReadOnlyList<PresentUser> users)
    {
        foreach (PresentUser[] part in users.Chunk(PresenceScripts.MaxAtOnce))
        {
            if (!await scripts.WriteAsync(slice, part.Select(user => (user, source.IsPresent(path, user.Room, user.UserId)))).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private async Task SweepAsync(PresenceIndex index, bool own)
    {
        foreach (string slice in index.Slices.Keys.Where(slice => slice != _slice?.Name))
        {
            string incarnation = PresenceSlice.IncarnationOf(slice);
            bool isOwn = NodeLease.NodeOf(incarnation) == lease.Name;
            if (isOwn ? own : !own && await lease.ReadAsync(incarnation).ConfigureAwait(false) is null)
            {
                await scripts.SweepAsync(slice).ConfigureAwait(false);
            }
        }
    }

    // Who watches has read before it hears: what changed in between is not known.
    private async Task SubscribeAsync()
    {
        if (_notices is null && !_watchers.IsEmpty)
        {
            ChannelMessageQueue notices = await subscriber.SubscribeAsync(scripts.Channel).ConfigureAwait(false);
            notices.OnMessage(message =>
            {
                (long number, string room) = PresenceScripts.ReadNotice(message.Message!);
                _watchers.OnNotice(number, room);
            });
            _notices = notices;
            _watchers.TellAll();
        }
    }

    private sealed class Watching(PresenceWatchers watchers, string room, Action onChanged) : IDisposable
    {
        public void Dispose() => watchers.Remove(room, onChanged);
    }
}
