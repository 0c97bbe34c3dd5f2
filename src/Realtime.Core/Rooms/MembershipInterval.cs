using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>One stay of a session in a room: it is owed what was numbered behind <paramref name="JoinedOrder"/>, up to and with <see cref="LeftOrder"/>.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Room">The room; empty for everybody in the namespace.</param>
/// <param name="Joined">Where the log of the room stood.</param>
/// <param name="JoinedOrder">What had been numbered in the namespace.</param>
internal sealed record MembershipInterval(string Room, StreamPosition Joined, long JoinedOrder)
{
    /// <summary>Gets what had been numbered in the namespace when it ended; <see langword="null"/> while it lasts.</summary>
    internal long? LeftOrder { get; init; }

    /// <summary>
    /// Gets where the client was in the stream that went on as this one. One that names neither has heard of neither, and what it was owed of the first is lost to it. <see langword="null"/>
    /// when there was none.
    /// </summary>
    internal StreamPosition? Replaced { get; init; }

    /// <summary>Gets when it ended, on the clock of whoever keeps it; meaningless while it lasts.</summary>
    internal TimeSpan LeftAt { get; init; }

    internal bool Covers(long order) => order > JoinedOrder && (LeftOrder is not { } left || order <= left);
}
