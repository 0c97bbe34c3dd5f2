using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>Who wants to go on with a session.</summary>
/// <remarks>Immutable. Its text leaves out the id, which is a secret.</remarks>
public sealed record SessionClaimRequest
{
    /// <summary>Gets the namespace.</summary>
    public required NamespacePath Namespace { get; init; }

    /// <summary>Gets the private id that the client has sent.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the id of the user as authentication has found it now; <see langword="null"/> when there is none.</summary>
    public required string? UserId { get; init; }

    /// <summary>Gets the number of the attempt, the <c>try</c> of the wire.</summary>
    public required long Attempt { get; init; }

    /// <summary>Gets the node that is to be the owner.</summary>
    public required ISessionOwner Owner { get; init; }

    /// <summary>
    /// Gets the fence under which the caller still has the session in its memory, with handlers that may be running; 0 when it has nothing of it. While nobody came between, the session
    /// goes on as it is: the fence stays. When the fence that comes back is another one, what the caller has is void, and it begins from the record.
    /// </summary>
    public long LiveFence { get; init; }

    /// <summary>Gets a text for logs, without the secret id.</summary>
    /// <returns>The namespace and the attempt.</returns>
    public override string ToString() => $"claim in {Namespace}, attempt {Attempt}";
}
