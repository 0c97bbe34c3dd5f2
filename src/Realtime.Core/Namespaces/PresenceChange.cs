namespace Realtime.Core.Namespaces;

/// <summary>What has changed of the users in a room, as one node sees it.</summary>
/// <remarks>
/// Immutable. A node sees the users who are in the room on any node for as long as it has one of them itself, and nobody otherwise. Each call tells the difference to the one before, so that of a user joining
/// and leaving alternate, a user with several tabs joins once, and the first call for a room tells of everybody who is there.
/// </remarks>
public sealed class PresenceChange
{
    internal PresenceChange(RealtimeNamespace owner, string room, IReadOnlyList<string> joined, IReadOnlyList<string> left, long count, bool isComplete) =>
        (Namespace, Room, Joined, Left, Count, IsComplete) = (owner, room, joined, left, count, isComplete);

    /// <summary>Gets the namespace.</summary>
    public RealtimeNamespace Namespace { get; }

    /// <summary>Gets the room; empty for everybody in the namespace.</summary>
    public string Room { get; }

    /// <summary>Gets everybody in the room on this node: whom to tell. The other nodes tell theirs.</summary>
    public Emitter Local => Room.Length == 0 ? Namespace.Local : Namespace.Local.To(Room);

    /// <summary>Gets the ids of the users who have joined.</summary>
    public IReadOnlyList<string> Joined { get; }

    /// <summary>Gets the ids of the users who have left.</summary>
    public IReadOnlyList<string> Left { get; }

    /// <summary>Gets how many users are in the room now.</summary>
    public long Count { get; }

    /// <summary>
    /// Gets a value indicating whether who joined and left is told. A room that has grown beyond <see cref="Realtime.Core.Presence.PresenceOptions.MaxListed"/> is only counted; what has changed meanwhile is told when it is smaller again.
    /// </summary>
    public bool IsComplete { get; }
}
