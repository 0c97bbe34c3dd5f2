using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Endpoints;

namespace Realtime.AspNetCore.Security;

/// <summary>Decides which pages may open a WebSocket. Browsers leave that to the server: CORS does not cover WebSockets.</summary>
internal static class OriginPolicy
{
    /// <summary>An origin that no browser can have sent.</summary>
    internal static bool IsMalformed(HttpRequest request)
    {
        foreach (char letter in request.Headers.Origin.ToString())
        {
            if (char.IsControl(letter))
            {
                return true;
            }
        }

        return false;
    }

    internal static async ValueTask<bool> AllowsAsync(HttpContext context, RealtimeHttpOptions options)
    {
        string origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOwn(context.Request, origin) || options.AllowedOrigins.Contains("*") || options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        return await FindCorsPolicyAsync(context).ConfigureAwait(false) is { } policy && policy.IsOriginAllowed(origin);
    }

    // A page without TLS may have been written by anybody on the way, so it is not the own one of a server with TLS. The other way round it is: a proxy may end TLS.
    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
            && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            && (!request.IsHttps || uri.Scheme == Uri.UriSchemeHttps);

    private static async ValueTask<CorsPolicy?> FindCorsPolicyAsync(HttpContext context)
    {
        switch (context.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>())
        {
            case ICorsPolicyMetadata inline:
                return inline.Policy;
            case IEnableCorsAttribute named when context.RequestServices.GetService<ICorsPolicyProvider>() is { } provider:
                return await provider.GetPolicyAsync(context, named.PolicyName).ConfigureAwait(false);
            default:
                return null;
        }
    }
}
