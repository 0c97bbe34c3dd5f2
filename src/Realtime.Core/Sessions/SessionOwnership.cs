using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>The right to write a session: which one, and the fence under which it was given. Every later owner has a higher fence, and ends the right of those before.</summary>
/// <remarks>Immutable. Its text leaves out the id, which is a secret.</remarks>
/// <param name="Namespace">The namespace of the session.</param>
/// <param name="Id">The private id of the session.</param>
/// <param name="Fence">The fence, from 1.</param>
public readonly record struct SessionOwnership(NamespacePath Namespace, string Id, long Fence)
{
    /// <summary>Gets a text for logs, without the secret id.</summary>
    /// <returns>The namespace and the fence.</returns>
    public override string ToString() => $"session in {Namespace}, fence {Fence}";
}
