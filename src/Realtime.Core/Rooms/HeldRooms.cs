namespace Realtime.Core.Rooms;

/// <summary>Which rooms the backplane was told of on behalf of one recipient, so that each is taken back once, also when the recipient ends meanwhile.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class HeldRooms
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _rooms = new(StringComparer.Ordinal);
    private volatile bool _isOver;

    /// <summary>Gets a value indicating whether the recipient has ended: nothing reaches its client any more.</summary>
    internal bool IsOver => _isOver;

    /// <summary>Notes that a room is held.</summary>
    /// <returns>Whether it was noted; not after the recipient is over, or twice: then it is to be taken back.</returns>
    internal bool TryHold(string room)
    {
        lock (_gate)
        {
            return !_isOver && _rooms.Add(room);
        }
    }

    /// <summary>Notes that a room is held no more.</summary>
    /// <returns>Whether it was: then it is to be taken back.</returns>
    internal bool TryRelease(string room)
    {
        lock (_gate)
        {
            return _rooms.Remove(room);
        }
    }

    /// <summary>Lets go of everything that is held, for good.</summary>
    internal IReadOnlyList<string> ReleaseAll()
    {
        lock (_gate)
        {
            _isOver = true;
            string[] rooms = [.. _rooms];
            _rooms.Clear();
            return rooms;
        }
    }
}
