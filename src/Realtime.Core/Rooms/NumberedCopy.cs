using Realtime.Core.Sequencing;

namespace Realtime.Core.Rooms;

/// <summary>One copy of a publication: its place in the log of one of the rooms that it is addressed to.</summary>
/// <remarks>Immutable, apart from the references that its broadcast counts.</remarks>
/// <param name="Room">The room.</param>
/// <param name="Position">Its place in the log of the room.</param>
/// <param name="Order">Its place among everything that is numbered in the namespace.</param>
internal sealed record NumberedCopy(string Room, StreamPosition Position, long Order)
{
    /// <summary>Gets the event with its number.</summary>
    internal required Broadcast Broadcast { get; init; }

    /// <summary>Gets the rooms that have a copy too and come before this one: who is in one of them gets it there.</summary>
    internal IReadOnlyList<string> EarlierRooms { get; init; } = [];

    /// <summary>Gets the rooms whose members are left out.</summary>
    internal IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Gets the id of the socket that is left out.</summary>
    internal string? Sender { get; init; }

    /// <summary>Gets a value indicating whether every member gets it.</summary>
    internal bool IsForAll => Sender is null && EarlierRooms.Count == 0 && Except.Count == 0;
}
