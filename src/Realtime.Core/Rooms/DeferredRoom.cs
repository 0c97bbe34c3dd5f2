namespace Realtime.Core.Rooms;

/// <summary>
/// The one room of a namespace of which publications are still to be sent that have their place, and whose publishers may have been told so: whatever is sent directly to one of its
/// members meanwhile lets it catch up first.
/// </summary>
/// <remarks>
/// Thread-safe. Only one room at a time, so that an emit to one room that was awaited always comes before what is emitted to another one behind it.
/// </remarks>
internal sealed class DeferredRoom
{
    private readonly Lock _gate = new();
    private volatile Room? _room;
    private int _batches;
    private int _inBackground;

    /// <summary>Gets the room; <see langword="null"/> when nothing is deferred.</summary>
    internal Room? Current => _room;

    /// <summary>Counts one more batch for a room, unless something of another room is deferred, or a large one is served in the background: that would not wait for what is deferred.</summary>
    internal bool TryAdd(Room room)
    {
        lock (_gate)
        {
            if (_inBackground > 0 || (_batches > 0 && _room != room))
            {
                return false;
            }

            _room = room;
            _batches++;
            return true;
        }
    }

    /// <summary>A room is served in the background from now on, or is not any more.</summary>
    internal void OnBackground(bool begins) => Interlocked.Add(ref _inBackground, begins ? 1 : -1);

    /// <summary>A batch was sent.</summary>
    internal void Remove()
    {
        lock (_gate)
        {
            if (--_batches == 0)
            {
                _room = null;
            }
        }
    }
}
