using Realtime.Core.Sequencing;

namespace Realtime.Core.Sessions;

/// <summary>One membership of a session in a room: when it began, and when it ended. Decides what of the room's log the session may have.</summary>
/// <remarks>Immutable. A room that was left and joined again has one for each time.</remarks>
/// <param name="Room">The name of the room.</param>
/// <param name="Joined">Where the log of the room stood when the session joined: the first event that it may have is the next one.</param>
/// <param name="JoinedOrder">The number that the namespace had given out last at that moment.</param>
public sealed record SessionRoom(string Room, StreamPosition Joined, long JoinedOrder)
{
    /// <summary>Gets where the client was in the stream that went on as this one, when the log of the room began anew; <see langword="null"/> when it did not.</summary>
    public StreamPosition? Replaced { get; init; }

    /// <summary>Gets the number that the namespace had given out last when the session left; <see langword="null"/> while it is a member.</summary>
    public long? LeftOrder { get; init; }

    /// <summary>Tells whether something was published while the session was a member.</summary>
    /// <param name="order">The number that the namespace gave to the publication.</param>
    /// <returns>Whether it lies behind the join, and not behind the end.</returns>
    public bool Includes(long order) => order > JoinedOrder && (LeftOrder is not { } left || order <= left);
}
