using System.Threading.Channels;
using Realtime.Core.Presence;

namespace Realtime.Core.Namespaces.Presence;

/// <summary>What listeners of this node were told of one room, and what they are to be told.</summary>
/// <remarks>
/// Thread-safe; what was told is confined to the loop. It reads the room and tells the difference, so nothing is told twice, what passes while a listener thinks is left out, and it holds two lists of users at
/// most.
/// </remarks>
internal sealed class PresenceView
{
    // Longer than a store needs that has hiccups, and what has failed is noticed by nobody within it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _looks = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly PresenceViews _views;
    private readonly IDisposable _watching;
    private HashSet<string> _told = new(StringComparer.Ordinal);
    private long _toldCount;

    internal PresenceView(PresenceViews views, string room)
    {
        _views = views;
        Room = room;
        _watching = views.Store.Watch(views.Owner.Path, room, Look);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            Running = Task.Run(RunAsync, CancellationToken.None); // not as a part of the message whose handler let somebody in
        }
    }

    internal string Room { get; }

    /// <summary>Gets the loop: it ends when the node has nobody in the room any more.</summary>
    internal Task Running { get; }

    /// <summary>The room may have changed.</summary>
    internal void Look() => _looks.Writer.TryWrite(true);

    private async Task RunAsync()
    {
        do
        {
            await _looks.Reader.ReadAsync(CancellationToken.None).ConfigureAwait(false); // before the room is read: what changes from here on is looked at again
            bool isTold = await TellAsync().ConfigureAwait(false);
            if (!isTold)
            {
                Look();
            }

            await PauseAsync(isTold ? _views.Options.ChangeInterval : s_patience).ConfigureAwait(false);
        }
        while (_toldCount > 0 || !_views.TryEnd(this));
        _watching.Dispose();
    }

    /// <returns>Whether it is known who is there.</returns>
    private async Task<bool> TellAsync()
    {
        RoomPresence now = RoomPresence.Nobody;
        try
        {
            if (_views.IsSeen(Room))
            {
                now = await _views.Store.ReadAsync(_views.Owner.Path, Room, _views.Options.MaxListed, _views.Stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_views.Stopping.IsCancellationRequested)
        {
            // The server stops: it sees nobody any more.
        }
#pragma warning disable CA1031 // Whatever a store of another package throws.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.PresenceUnknown(_views.Owner.Logger, exception, _views.Owner.Path.Value);
            return false;
        }

        HashSet<string> users = now.IsComplete ? new(now.Users, StringComparer.Ordinal) : _told;
        string[] joined = [.. users.Except(_told)];
        string[] left = [.. _told.Except(users)];
        if (joined.Length > 0 || left.Length > 0 || now.Count != _toldCount)
        {
            (_told, _toldCount) = (users, now.Count);
            await CallAsync(new PresenceChange(_views.Owner.Public, Room, joined, left, now.Count, now.IsComplete)).ConfigureAwait(false);
        }

        return true;
    }

    private async Task CallAsync(PresenceChange change)
    {
        foreach (Func<PresenceChange, ValueTask> listener in _views.Listeners)
        {
            try
            {
                await listener(change).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The listener is the application's: one that throws must not keep the others from hearing.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                NamespaceLog.PresenceListenerFailed(_views.Owner.Logger, exception, _views.Owner.Path.Value);
            }
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _views.TimeProvider, _views.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
