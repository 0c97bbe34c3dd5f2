using System.Security.Claims;

namespace Realtime.Core.Authentication;

/// <summary>Who a client is in a namespace, as an authenticator has proven it, and for how long that holds.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="User">Who the client is.</param>
public sealed record SocketTicket(ClaimsPrincipal User)
{
    /// <summary>Gets the id of the user. <see langword="null"/>: <see cref="IUserIdProvider"/> finds it in the claims.</summary>
    public string? UserId { get; init; }

    /// <summary>Gets when the ticket ends. The client is told then and has <see cref="HandshakeAuthenticationOptions.ExpiryGrace"/> for a new token. <see langword="null"/>: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets when the token was issued: revoking a user refuses all tokens from before. <see langword="null"/>: unknown, and the token works again after a revocation of the user.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    /// <summary>Gets the identity of the token (<c>jti</c> of a JWT), by which it can be revoked.</summary>
    public string? TokenId { get; init; }
}
