using Realtime.Core.Presence;

namespace Realtime.Core.Namespaces.Presence;

/// <summary>The rooms of a namespace that listeners of this node are told of: those that have a user here.</summary>
/// <remarks>Guarded by <c>_gate</c>, which is taken before that of <see cref="PresentUsers"/>.</remarks>
internal sealed class PresenceViews(
    Namespace owner, PresentUsers users, IReadOnlyList<Func<PresenceChange, ValueTask>> listeners, IPresenceStore store, PresenceOptions options, TimeProvider timeProvider) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PresenceView> _views = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();

    internal Namespace Owner => owner;

    internal IPresenceStore Store => store;

    internal PresenceOptions Options => options;

    internal TimeProvider TimeProvider => timeProvider;

    internal IReadOnlyList<Func<PresenceChange, ValueTask>> Listeners => listeners;

    /// <summary>Gets a token that is cancelled when the server stops.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Somebody has come into a room on this node, or left it.</summary>
    internal void Look(string room)
    {
        PresenceView? view;
        lock (_gate)
        {
            if (!_views.TryGetValue(room, out view))
            {
                if (!IsSeen(room))
                {
                    return;
                }

                _views[room] = view = new PresenceView(this, room);
            }
        }

        view.Look();
    }

    /// <summary>Gets whether this node sees a room. One that stops sees none.</summary>
    internal bool IsSeen(string room) => !_stopping.IsCancellationRequested && users.IsAnybodyIn(room);

    /// <summary>Takes a view away that sees nobody, unless somebody has come meanwhile.</summary>
    internal bool TryEnd(PresenceView view)
    {
        lock (_gate)
        {
            return !IsSeen(view.Room) && _views.Remove(view.Room);
        }
    }

    /// <summary>The server stops: tells what is still to be told, without pauses.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        PresenceView[] views;
        lock (_gate)
        {
            views = [.. _views.Values];
        }

        Array.ForEach(views, static view => view.Look());
        await Task.WhenAll(views.Select(static view => view.Running)).ConfigureAwait(false);
        _stopping.Dispose();
    }
}
