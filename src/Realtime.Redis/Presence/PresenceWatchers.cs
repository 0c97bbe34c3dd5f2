namespace Realtime.Redis.Presence;

/// <summary>Who on this node watches which rooms of a namespace, and which notices it has got. When one is missing, all rooms may have changed.</summary>
/// <remarks>Guarded by <c>_gate</c>. As large as there are watchers.</remarks>
internal sealed class PresenceWatchers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Action>> _rooms = new(StringComparer.Ordinal);
    private string _epoch = "";
    private long? _lastNotice;
    private long _lastSeen;

    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _rooms.Count == 0;
            }
        }
    }

    internal void Add(string room, Action onChanged)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(room, out List<Action>? watchers))
            {
                _rooms[room] = watchers = new(1);
            }

            watchers.Add(onChanged);
        }
    }

    internal void Remove(string room, Action onChanged)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(room, out List<Action>? watchers) && watchers.Remove(onChanged) && watchers.Count == 0)
            {
                _rooms.Remove(room);
            }
        }
    }

    /// <summary>A room has changed.</summary>
    /// <param name="number">How many notices there were with this one.</param>
    /// <param name="room">The room.</param>
    internal void OnNotice(long number, string room)
    {
        Action[] told;
        lock (_gate)
        {
            bool isNext = _lastNotice is null || number == _lastNotice + 1;
            _lastNotice = number;
            told = isNext ? [.. _rooms.GetValueOrDefault(room) ?? []] : AllLocked();
        }

        Tell(told);
    }

    /// <summary>
    /// Compares what Redis has sent with what has come. What was sent just before it was asked may still be on its way: it has to have come the next time. Redis may also have begun anew, or gone back to what a
    /// replica had.
    /// </summary>
    internal void Compare(PresenceIndex index)
    {
        Action[] told = [];
        lock (_gate)
        {
            if (index.Epoch != _epoch || index.Notices < _lastSeen || (_lastNotice is { } last && last < _lastSeen))
            {
                told = AllLocked();
                _lastNotice = index.Notices;
            }

            _lastNotice ??= index.Notices;
            (_epoch, _lastSeen) = (index.Epoch, index.Notices);
        }

        Tell(told);
    }

    /// <summary>Every room may have changed.</summary>
    internal void TellAll()
    {
        Action[] told;
        lock (_gate)
        {
            told = AllLocked();
        }

        Tell(told);
    }

    private static void Tell(Action[] told)
    {
        foreach (Action onChanged in told)
        {
            onChanged();
        }
    }

    private Action[] AllLocked() => [.. _rooms.Values.SelectMany(static watchers => watchers)];
}
