using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Realtime.Core.Authentication;

namespace Realtime.AspNetCore.Authentication;

/// <summary>Checks the JSON Web Token that clients send as <c>auth.token</c>.</summary>
/// <remarks>Thread-safe. What exactly was wrong stays in the log of the identity library: clients get a code.</remarks>
internal sealed class JwtAuthenticator(TokenValidationParameters parameters) : IHandshakeAuthenticator
{
    // A token of more than this is no token that fits into a header either. The check costs time that grows with the size.
    private const int MaxTokenBytes = 16 * 1024;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenBytes };

    public async ValueTask<AuthenticationResult> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        if (request.FindToken() is not { } token)
        {
            return AuthenticationResult.NoResult;
        }

        TokenValidationResult result = await _handler.ValidateTokenAsync(token, parameters).ConfigureAwait(false);
        return result.IsValid && result.SecurityToken is JsonWebToken jwt
            ? AuthenticationResult.Success(CreateTicket(result, jwt))
            : AuthenticationResult.Refuse(CodeOf(result.Exception));
    }

    private SocketTicket CreateTicket(TokenValidationResult result, JsonWebToken jwt) => new(new ClaimsPrincipal(result.ClaimsIdentity))
    {
        // As the check itself counts: a token that is still let in by the allowance for clocks has not ended yet.
        ExpiresAt = parameters.ValidateLifetime && jwt.ValidTo != DateTime.MinValue ? End(jwt.ValidTo) : null,
        IssuedAt = jwt.IssuedAt != DateTime.MinValue ? Utc(jwt.IssuedAt) : jwt.ValidFrom != DateTime.MinValue ? Utc(jwt.ValidFrom) : null,
        TokenId = jwt.Id.Length > 0 ? jwt.Id : null,
    };

    private DateTimeOffset End(DateTime validTo)
    {
        DateTimeOffset end = Utc(validTo);
        return end < DateTimeOffset.MaxValue - parameters.ClockSkew ? end + parameters.ClockSkew : DateTimeOffset.MaxValue;
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private static string CodeOf(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => AuthenticationCodes.TokenExpired,
        SecurityTokenNotYetValidException => AuthenticationCodes.TokenNotYetValid,
        SecurityTokenInvalidAudienceException => AuthenticationCodes.TokenWrongAudience,
        SecurityTokenInvalidIssuerException => AuthenticationCodes.TokenWrongIssuer,
        _ => AuthenticationCodes.TokenInvalid,
    };
}
