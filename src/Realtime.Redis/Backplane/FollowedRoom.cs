namespace Realtime.Redis.Backplane;

/// <summary>A room that this node has members in: how many, and how far its log was placed here.</summary>
/// <remarks>Guarded by the gate of <see cref="FollowedRooms"/>.</remarks>
internal sealed class FollowedRoom(string name)
{
    internal string Name { get; } = name;

    /// <summary>Gets or sets how many members do not recover.</summary>
    internal int Members { get; set; }

    /// <summary>Gets or sets how many hold the log open.</summary>
    internal int Readers { get; set; }

    /// <summary>Gets or sets the stream of its log; <see langword="null"/> while that is not known, or nobody reads.</summary>
    internal string? Stream { get; set; }

    /// <summary>Gets or sets the last number that was placed on this node.</summary>
    internal long Applied { get; set; }

    /// <summary>Gets or sets the place, among everything that is numbered in the namespace, up to which it was read when it was opened; what was placed here since may be beyond it.</summary>
    internal long Order { get; set; }

    /// <summary>Gets or sets the streams that went on as this one.</summary>
    internal IReadOnlyList<string> Continues { get; set; } = [];

    /// <summary>Gets or sets the task of telling Redis; <see langword="null"/> when nobody has begun it or it failed.</summary>
    internal Task? Entering { get; set; }

    /// <summary>Gets or sets the task of opening the log; <see langword="null"/> when nobody has begun it or it failed.</summary>
    internal Task? Opening { get; set; }

    internal bool IsWanted => Members + Readers > 0;
}
