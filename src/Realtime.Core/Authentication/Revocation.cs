namespace Realtime.Core.Authentication;

/// <summary>Says whose sessions end: all of a user, or all that came with one token.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Revocation
{
    private Revocation(string? userId, string? tokenId)
    {
        UserId = userId;
        TokenId = tokenId;
    }

    /// <summary>Gets the user; <see langword="null"/> when it is about a token.</summary>
    public string? UserId { get; }

    /// <summary>Gets the identity of the token; <see langword="null"/> when it is about a user.</summary>
    public string? TokenId { get; }

    /// <summary>Gets when it was made. Tokens of the user that were issued before are refused. The server sets it when it publishes.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Ends all sessions of a user, and refuses its tokens that were issued before.</summary>
    /// <param name="userId">The id of the user.</param>
    /// <returns>The revocation.</returns>
    public static Revocation OfUser(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return new(userId, null);
    }

    /// <summary>Ends all sessions that came with a token, and refuses the token.</summary>
    /// <param name="tokenId">Its identity: <c>jti</c> of a JWT, <see cref="SocketTicket.TokenId"/> of a ticket.</param>
    /// <returns>The revocation.</returns>
    public static Revocation OfToken(string tokenId)
    {
        ArgumentException.ThrowIfNullOrEmpty(tokenId);
        return new(null, tokenId);
    }
}
