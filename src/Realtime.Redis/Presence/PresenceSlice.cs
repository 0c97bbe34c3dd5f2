namespace Realtime.Redis.Presence;

/// <summary>What this node has written in one go, and goes on with: named after the incarnation of the node, and told from those before.</summary>
/// <remarks>Confined to the work of its <see cref="PresenceLink"/>.</remarks>
internal sealed class PresenceSlice(string incarnation, int number, long written)
{
    internal string Incarnation { get; } = incarnation;

    internal string Name { get; } = $"{incarnation}/{number}";

    /// <summary>Gets when it began, as a timestamp: not long after that it is written anew, before it expires.</summary>
    internal long Written { get; } = written;

    /// <summary>Gets or sets the number of the last call that Redis has certainly done.</summary>
    internal long Calls { get; set; }

    /// <summary>Gets or sets how many users of rooms are in it.</summary>
    internal long Count { get; set; }

    /// <summary>Gets the incarnation that a slice belongs to.</summary>
    internal static string IncarnationOf(string slice) => slice[..slice.IndexOf('/', StringComparison.Ordinal)];
}
