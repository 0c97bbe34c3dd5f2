namespace Realtime.Core.Rooms;

/// <summary>One recipient in one room: where it stands in the room's array, so that leaving is O(1).</summary>
/// <remarks>Guarded by the gate of the index and, for <see cref="Position"/>, by the gate of the room.</remarks>
internal sealed class Membership(Room room, Recipient recipient)
{
    /// <summary>The position of a membership that has ended.</summary>
    internal const int Left = -1;

    internal Room Room { get; } = room;

    internal Recipient Recipient { get; } = recipient;

    internal int Position { get; set; }

    internal Membership? Next { get; set; }

    internal Membership? Previous { get; set; }
}
