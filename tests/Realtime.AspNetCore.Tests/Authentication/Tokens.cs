using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Realtime.AspNetCore.Tests.Authentication;

/// <summary>Makes tokens, good and bad.</summary>
internal static class Tokens
{
    internal const string Issuer = "https://issuer.example";
    internal const string Audience = "realtime";

    internal static SymmetricSecurityKey Key { get; } = new(RandomNumberGenerator.GetBytes(32));

    internal static TokenValidationParameters Parameters => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        IssuerSigningKey = Key,
        ClockSkew = TimeSpan.Zero,
    };

    internal static string Create(string subject, Action<SecurityTokenDescriptor>? configure = null, params Claim[] claims)
    {
        DateTime now = DateTime.UtcNow;
        var descriptor = new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity([new Claim("sub", subject), .. claims]),
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            NotBefore = now.AddMinutes(-60),
            Expires = now.AddHours(1),
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.HmacSha256),
        };
        configure?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    internal static string Auth(string token) => $"{{\"token\":\"{token}\"}}";
}
