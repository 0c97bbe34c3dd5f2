using Microsoft.AspNetCore.Http;
using Realtime.AspNetCore.Authentication;
using Realtime.AspNetCore.WebSockets;

#pragma warning disable IDE0130 // Where every extension of the request stands, so that it needs no using.
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Reads tokens where clients have to put them that cannot send headers.</summary>
public static class AccessTokenHttpContextExtensions
{
    /// <summary>
    /// Finds the <c>access_token</c> of the query, for the handler of bearer tokens: pages cannot give a WebSocket an <c>Authorization</c> header. Nothing reads
    /// it unless you call this, as addresses end up in logs that headers stay out of; prefer the <c>auth</c> object, which is not part of the address.
    /// </summary>
    /// <example><code>options.Events = new JwtBearerEvents { OnMessageReceived = context => { context.Token = context.HttpContext.ReadAccessTokenFromQuery(); return Task.CompletedTask; } };</code></example>
    /// <param name="context">The request.</param>
    /// <returns>The token; <see langword="null"/> for requests without one, with an <c>Authorization</c> header, that open no WebSocket, or that are for other endpoints than <c>MapRealtime</c>.</returns>
    public static string? ReadAccessTokenFromQuery(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.GetEndpoint()?.Metadata.GetMetadata<RealtimeEndpointMetadata>() is not null
            && context.Request.Headers.Authorization.Count == 0
            && WebSocketAcceptor.IsWebSocketRequest(context)
            && context.Request.Query["access_token"] is [{ Length: > 0 } token]
            ? token
            : null;
    }
}
