namespace Realtime.Core.Rooms;

/// <summary>One recipient in one room: where it stands in the room's array, so that leaving is O(1).</summary>
/// <remarks>Guarded by the gate of the index and, for <see cref="Position"/>, by the gate of the room.</remarks>
internal sealed class Membership(Room room, Recipient recipient)
{
    /// <summary>The position of a membership that has ended, or that has not begun: of a recipient that still reads what came before.</summary>
    internal const int Left = -1;

    internal Room Room { get; } = room;

    internal Recipient Recipient { get; } = recipient;

    internal int Position { get; set; } = Left;

    /// <summary>Gets or sets a value indicating whether the recipient is a member, attached to the room or still to be.</summary>
    internal bool IsLinked { get; set; }

    internal Membership? Next { get; set; }

    internal Membership? Previous { get; set; }
}
