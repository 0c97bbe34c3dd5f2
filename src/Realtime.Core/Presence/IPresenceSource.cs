using Realtime.Core.Identifiers;

namespace Realtime.Core.Presence;

/// <summary>Says which users are in which rooms on this node, as it is now. What a store writes down for others.</summary>
/// <remarks>Thread-safe, and returns at once.</remarks>
public interface IPresenceSource
{
    /// <summary>Gets whether a user is in a room with at least one socket.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="userId">The id of the user.</param>
    /// <returns>Whether it is.</returns>
    bool IsPresent(NamespacePath path, string room, string userId);

    /// <summary>Counts the users in a room and lists them.</summary>
    /// <param name="path">The namespace.</param>
    /// <param name="room">The room; empty for everybody in the namespace.</param>
    /// <param name="maxListed">How many are listed at most.</param>
    /// <returns>Who is there.</returns>
    RoomPresence Read(NamespacePath path, string room, int maxListed);

    /// <summary>Lists all users in all rooms of a namespace whose presence is tracked.</summary>
    /// <param name="path">The namespace.</param>
    /// <returns>Each user once for each room.</returns>
    IReadOnlyList<PresentUser> List(NamespacePath path);
}
