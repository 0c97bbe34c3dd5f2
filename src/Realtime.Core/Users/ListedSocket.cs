using Realtime.Core.Identifiers;

namespace Realtime.Core.Users;

/// <summary>A socket of a user, as a directory lists it.</summary>
/// <remarks>Immutable. Told from others by reference: a client that comes back has the same ids in another object.</remarks>
public sealed class ListedSocket
{
    /// <summary>Gets the id of the user. Not empty.</summary>
    public required string UserId { get; init; }

    /// <summary>Gets the namespace.</summary>
    public required NamespacePath Namespace { get; init; }

    /// <summary>Gets the public id of the socket.</summary>
    public required string SocketId { get; init; }

    /// <summary>Gets the id of its connection, which all sockets of a client share. A secret.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>Gets the id of the session of a client that recovers: when it comes back, its connection takes the place of the one before. A secret. <see langword="null"/> of other clients.</summary>
    public string? SessionId { get; init; }

    /// <summary>Gets when it joined, by the clock of its node.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Gets what closes its connection, because a newer one takes its place. Returns at once; may be called several times.</summary>
    public required Action Close { get; init; }
}
