namespace Realtime.Core.Rooms;

/// <summary>A publication that has its place in the order of a room; <paramref name="Number"/> is 0 when the room had no members.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Sent">Completes when every member has been served; <see langword="null"/> where the room is not served in the background.</param>
internal readonly record struct Appended(long Number, Task? Sent);
