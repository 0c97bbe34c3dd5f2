using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Realtime.Attacks;

/// <summary>The issuer of tokens that the servers of the campaign trust, and clients that come with one. Who comes without, as bystanders do, is anonymous.</summary>
internal static class Accounts
{
    internal const string Audience = "chat";
    private const string Issuer = "https://login.example";
    private static readonly SymmetricSecurityKey s_key = new(RandomNumberGenerator.GetBytes(32));

    /// <summary>What a server checks: everything, and without an allowance for clocks, because there is one clock here.</summary>
    internal static TokenValidationParameters Parameters => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        IssuerSigningKey = s_key,
        ClockSkew = TimeSpan.Zero,
        NameClaimType = "sub",
    };

    internal static string CreateToken(string user, DateTime? expires = null, string audience = Audience, string? id = null)
    {
        DateTime now = DateTime.UtcNow;
        var descriptor = new SecurityTokenDescriptor
        {
            Subject = new ClaimsIdentity([new Claim("sub", user), new Claim("jti", id ?? Guid.NewGuid().ToString("N"))]),
            Issuer = Issuer,
            Audience = audience,
            IssuedAt = now.AddHours(-1),
            NotBefore = now.AddHours(-1),
            Expires = expires ?? now.AddHours(1),
            SigningCredentials = new SigningCredentials(s_key, SecurityAlgorithms.HmacSha256),
        };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>The packet that joins the main namespace with a token.</summary>
    internal static string Join(string token) => $$"""40{"token":"{{token}}"}""";

    /// <summary>Opens a WebSocket and asks to join with a token.</summary>
    /// <returns>The client, and what it was answered: 40 when it was let in, 44 when not.</returns>
    internal static async Task<(WireClient Client, string Answer)> EnterAsync(int port, string token)
    {
        (WireClient client, int status) = await WireClient.UpgradeAsync(port);
        if (status != 101)
        {
            throw new AttackFailure($"A client was answered {status}.");
        }

        await client.SendAsync(Join(token));
        return (client, await client.ReadUntilAsync("4") ?? "closed");
    }

    /// <summary>Asks who the server takes a client for.</summary>
    /// <returns>The answer, 41 when the client was disconnected from the namespace instead, or how else it ended.</returns>
    internal static async Task<string> WhoAsync(WireClient client)
    {
        await client.SendAsync("421[\"who\"]");
        string? text;
        do
        {
            text = await client.ReadUntilAsync("4");
        }
        while (text?.StartsWith("42", StringComparison.Ordinal) == true);
        return text ?? "closed";
    }
}
