namespace Realtime.Core.Presence;

/// <summary>One user in one room, with however many sockets.</summary>
/// <param name="Room">The room; empty for everybody in the namespace.</param>
/// <param name="UserId">The id of the user.</param>
public readonly record struct PresentUser(string Room, string UserId);
