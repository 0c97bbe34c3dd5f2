using Microsoft.AspNetCore.Http;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Connections;

namespace Realtime.AspNetCore.Security;

/// <summary>What every handshake has to pass, whatever its protocol: the server runs, TLS, origin, the hook of the application. In this order.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class HandshakePolicy(ConnectionEngine engine, RealtimeHttpOptions options, bool requireTls)
{
    /// <summary>Looks at a request that wants a new connection.</summary>
    /// <returns>Why it is refused; <see langword="null"/> when it may have one.</returns>
    internal async ValueTask<Rejection?> CheckAsync(HttpContext context, bool isWebSocket)
    {
        if (engine.IsStopped)
        {
            return Rejection.Stopping;
        }

        if (requireTls && !context.Request.IsHttps)
        {
            return Rejection.Forbidden("TLS required");
        }

        // The answer to a poll is kept from a foreign page by CORS, but its request has happened: with the cookies of a visitor it would open a connection in
        // the visitor's name.
        bool needsOrigin = isWebSocket || context.Request.Headers.Cookie.Count > 0;
        if (needsOrigin && !await OriginPolicy.AllowsAsync(context, options).ConfigureAwait(false))
        {
            return Rejection.Forbidden("Origin not allowed");
        }

        return options.AllowRequest is { } allow && await allow(context).ConfigureAwait(false) is { } refusal
            ? Rejection.Forbidden(refusal.Length > 0 ? refusal : "Forbidden")
            : null;
    }
}
