using Microsoft.IdentityModel.Tokens;
using Realtime.AspNetCore.Authentication;
using Realtime.Core.Hosting;

#pragma warning disable IDE0130 // Where every builder extension of .NET stands, so that it needs no using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Authenticates clients by JSON Web Tokens.</summary>
public static class RealtimeBuilderJwtExtensions
{
    /// <summary>
    /// Checks the token that clients send as <c>auth.token</c> when they join a namespace, and as <c>$rt:auth</c> when they renew it. A client without a token
    /// stays who its opening request says it is, anonymous as a rule: <c>RequireAuthorization</c> on the namespace refuses it.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="parameters">
    /// What is checked, as for the JWT bearer handler: name the issuer, the audience and the keys. A token ends at its <c>exp</c> plus
    /// <see cref="TokenValidationParameters.ClockSkew"/> (5 minutes unless set). Not changed afterwards.
    /// </param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddJwtAuthentication(this IRealtimeBuilder builder, TokenValidationParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(parameters);
        var authenticator = new JwtAuthenticator(parameters.Clone());
        return builder.AddAuthenticator(_ => authenticator);
    }
}
