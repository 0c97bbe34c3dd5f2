using Realtime.Core.Diagnostics;

namespace Realtime.Core.Namespaces;

/// <summary>Thrown when a socket is to join a room that its user may not be in. Not caught in a handler, it answers the client with the code <c>forbidden</c>.</summary>
/// <param name="room">The name of the room.</param>
public sealed class RoomForbiddenException(string room)
    : RealtimeException(ErrorCode.Forbidden, $"The user may not be in the room '{room}': a rule of AuthorizeRooms refused. The socket has joined none of the rooms of this call.")
{
    /// <summary>Gets the name of the room.</summary>
    public string Room { get; } = room;
}
