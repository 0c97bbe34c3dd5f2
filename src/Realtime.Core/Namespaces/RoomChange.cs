namespace Realtime.Core.Namespaces;

/// <summary>Something that happened to a room on this node.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Room">The room; a private room has the id of its socket.</param>
/// <param name="SocketId">Who joined or left.</param>
public readonly record struct RoomChange(RoomChangeKind Kind, string Namespace, string Room, string? SocketId);
