using System.Globalization;
using System.Security.Claims;
using Realtime.Core.Authentication;

namespace Realtime.Core.Tests.Authentication;

/// <summary>Takes tokens that tests can read: <c>ann exp=60 id=t1 iat=-5 role=admin</c>, times in seconds from now. <c>bad</c> is nobody's.</summary>
internal sealed class TokenAuthenticator(TimeProvider time) : IHandshakeAuthenticator
{
    internal static string Auth(string token) => $"{{\"token\":\"{token}\"}}";

    public ValueTask<AuthenticationResult> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken)
    {
        if (request.FindToken() is not { } token)
        {
            return new(AuthenticationResult.NoResult);
        }

        string[] parts = token.Split(' ');
        if (parts[0] == "bad")
        {
            return new(AuthenticationResult.Refuse(AuthenticationCodes.TokenInvalid));
        }

        string? Find(string name) => parts.FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        DateTimeOffset? At(string name) => Find(name) is { } seconds ? time.GetUtcNow().AddSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)) : null;
        var claims = new List<Claim>();
        if (parts[0].Length > 0)
        {
            claims.Add(new Claim("sub", parts[0]));
        }

        claims.AddRange(parts.Where(part => part.StartsWith("role=", StringComparison.Ordinal)).Select(part => new Claim(ClaimTypes.Role, part[5..])));
        return new(AuthenticationResult.Success(new SocketTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, "test")))
        {
            ExpiresAt = At("exp"),
            IssuedAt = At("iat"),
            TokenId = Find("id"),
        }));
    }
}
