using System.Security.Claims;

namespace Realtime.Core.Namespaces;

/// <summary>A socket that asks for access to its namespace or to a room, as the rules of the namespace see it.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Socket">The socket. While it refreshes its ticket it still has its old user.</param>
/// <param name="User">Who asks.</param>
/// <param name="Room">The name of the room; <see langword="null"/> when it is about the namespace.</param>
/// <param name="Services">The services of the application.</param>
public sealed record AccessRequest(RealtimeSocket Socket, ClaimsPrincipal User, string? Room, IServiceProvider Services)
{
    /// <summary>Gets the name of the namespace, with its leading slash.</summary>
    public string NamespaceName => Socket.Namespace.Name;
}
