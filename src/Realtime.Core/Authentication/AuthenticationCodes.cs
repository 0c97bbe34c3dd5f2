namespace Realtime.Core.Authentication;

/// <summary>Why a client was refused, as it finds it in <c>error.data.code</c> of a <c>connect_error</c> and in the answer to <c>$rt:auth</c>. Frozen: clients compare with them.</summary>
public static class AuthenticationCodes
{
    /// <summary>The namespace asks for an authenticated client, and this one is not.</summary>
    public const string Unauthorized = "unauthorized";

    /// <summary>The client is known, but may not enter.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>The authenticator failed or took too long. Trying again may help.</summary>
    public const string AuthenticationFailed = "authentication_failed";

    /// <summary>There was no token where one is needed.</summary>
    public const string TokenMissing = "token_missing";

    /// <summary>The token is no token, or nobody trusted has signed it.</summary>
    public const string TokenInvalid = "token_invalid";

    /// <summary>The token has expired.</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>The token is not valid yet.</summary>
    public const string TokenNotYetValid = "token_not_yet_valid";

    /// <summary>The token is for another audience.</summary>
    public const string TokenWrongAudience = "token_wrong_audience";

    /// <summary>The token comes from another issuer.</summary>
    public const string TokenWrongIssuer = "token_wrong_issuer";

    /// <summary>The token, or every token of its user from before, was revoked.</summary>
    public const string TokenRevoked = "token_revoked";

    /// <summary>The new token belongs to somebody else.</summary>
    public const string WrongSubject = "wrong_subject";

    /// <summary>The socket was not authenticated by a token, so there is none to refresh.</summary>
    public const string NotRefreshable = "not_refreshable";

    /// <summary>The last attempt to refresh is not long enough ago, or still going on.</summary>
    public const string RefreshTooSoon = "refresh_too_soon";
}
