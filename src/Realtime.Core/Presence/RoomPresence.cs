namespace Realtime.Core.Presence;

/// <summary>Who is in a room.</summary>
/// <remarks>Immutable. Users, not sockets: one with several tabs is there once. Clients without a user are not in it.</remarks>
/// <param name="Count">How many users are in the room.</param>
/// <param name="Users">Their ids, in no order; of a room with more than <see cref="PresenceOptions.MaxListed"/>, any so many of them.</param>
public sealed record RoomPresence(long Count, IReadOnlyList<string> Users)
{
    /// <summary>Gets a room in which nobody is.</summary>
    public static RoomPresence Nobody { get; } = new(0, []);

    /// <summary>Gets a value indicating whether <see cref="Users"/> has all of them; otherwise it is a sample.</summary>
    public bool IsComplete => Users.Count >= Count;
}
