using System.Security.Claims;

namespace Realtime.Core.Authentication;

/// <summary>Finds the id of a user in its claims: what <c>ToUser</c>, limits per user and revocation go by. Register your own in the container to replace the default.</summary>
/// <remarks>Thread-safe. The default takes the claim <see cref="ClaimTypes.NameIdentifier"/>, else <c>sub</c>.</remarks>
public interface IUserIdProvider
{
    /// <summary>Finds the id.</summary>
    /// <param name="user">The user. Not asked about one that the transport does not know.</param>
    /// <returns>The id; <see langword="null"/> for a user without one. It must be the same for every socket of the user, and never the same for two users.</returns>
    string? GetUserId(ClaimsPrincipal user);
}
