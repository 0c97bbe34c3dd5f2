using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>What of a session outlives its owner: everything that another node needs to go on with it.</summary>
/// <remarks>Immutable; so are its lists. Its text leaves out the id, which is a secret.</remarks>
public sealed record SessionRecord
{
    /// <summary>Gets the private id, the <c>pid</c> of the wire. A secret: it never goes to logs or to anybody but its client.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the namespace that the session is in.</summary>
    public required NamespacePath Namespace { get; init; }

    /// <summary>Gets the id of the socket, which stays the same over all connections of the session.</summary>
    public required string SocketId { get; init; }

    /// <summary>Gets the id of the user; <see langword="null"/> of a client without one. Who resumes must have the same.</summary>
    public string? UserId { get; init; }

    /// <summary>Gets the fence of the owner. What is to be created has the fence that was before it: 0 for a session that is new.</summary>
    public long Fence { get; init; }

    /// <summary>Gets the highest number of an attempt to connect that was seen, the <c>try</c> of the wire.</summary>
    public long Attempt { get; init; }

    /// <summary>Gets the number up to which the client has the answers to its messages: they are neither stored nor asked for again. 0 when there is none.</summary>
    public long Confirmed { get; init; }

    /// <summary>Gets the memberships, the ended ones too.</summary>
    public IReadOnlyList<SessionRoom> Rooms { get; init; } = [];

    /// <summary>Gets the answers to messages above <see cref="Confirmed"/>, by number. A number may be missing between two: its handler never came to its end.</summary>
    public IReadOnlyList<StoredAck> Acks { get; init; } = [];

    /// <summary>Gets the right of the owner.</summary>
    public SessionOwnership Ownership => new(Namespace, Id, Fence);

    /// <summary>Gets a text for logs, without the secret id.</summary>
    /// <returns>The id of the socket, the namespace and the fence.</returns>
    public override string ToString() => $"session of socket {SocketId} in {Namespace}, fence {Fence}";
}
