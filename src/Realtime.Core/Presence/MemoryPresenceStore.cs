using System.Collections.Concurrent;
using System.Collections.Immutable;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Presence;

/// <summary>The presence of users on a single node: what the node has is all there is.</summary>
/// <remarks>Thread-safe. It keeps nothing but who watches.</remarks>
internal sealed class MemoryPresenceStore : IPresenceStore
{
    private readonly ConcurrentDictionary<(NamespacePath, string), ImmutableList<Action>> _watchers = new();
    private IPresenceSource? _source;

    public void Start(IPresenceSource source) => _source = source;

    public void NoteChanged(NamespacePath path, string room, string userId)
    {
        foreach (Action onChanged in _watchers.GetValueOrDefault((path, room)) ?? [])
        {
            onChanged();
        }
    }

    public ValueTask<RoomPresence> ReadAsync(NamespacePath path, string room, int maxListed, CancellationToken cancellationToken) =>
        new(_source?.Read(path, room, maxListed) ?? RoomPresence.Nobody);

    public IDisposable Watch(NamespacePath path, string room, Action onChanged)
    {
        _watchers.AddOrUpdate((path, room), static (_, added) => [added], static (_, watchers, added) => watchers.Add(added), onChanged);
        return new Watching(this, (path, room), onChanged);
    }

    private void End((NamespacePath, string) watched, Action onChanged)
    {
        ImmutableList<Action> left = _watchers.AddOrUpdate(watched, [], (_, watchers) => watchers.Remove(onChanged));
        if (left.IsEmpty)
        {
            _watchers.TryRemove(new(watched, left));
        }
    }

    private sealed class Watching(MemoryPresenceStore store, (NamespacePath, string) watched, Action onChanged) : IDisposable
    {
        public void Dispose() => store.End(watched, onChanged);
    }
}
