namespace Realtime.Core.Rooms;

/// <summary>Who is addressed: by an emit, a join, a leave, a disconnect or a query, on this node and on others.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Audience
{
    /// <summary>Gets everybody in the namespace, on all nodes.</summary>
    public static Audience Everyone { get; } = new();

    /// <summary>Gets the rooms whose members are addressed, each member once; none means everybody. A socket id is the room of that socket.</summary>
    public IReadOnlyList<string> Rooms { get; init; } = [];

    /// <summary>Gets the rooms whose members are left out.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Gets the id of the socket that is left out because it is the sender.</summary>
    public string? Sender { get; init; }

    /// <summary>Gets a value indicating whether only this node is addressed.</summary>
    public bool LocalOnly { get; init; }
}
