using Microsoft.AspNetCore.Http;
using Realtime.AspNetCore.Security;
using Realtime.AspNetCore.WebSockets;
using Realtime.Core.Connections;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>The endpoint of the raw WebSocket protocol. What a handshake has to pass is what it is for Socket.IO clients.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class RawWebSocketEndpoint(ConnectionEngine engine, RealtimeHttpOptions options, bool requireTls)
{
    private readonly HandshakePolicy _policy = new(engine, options, requireTls);
    private readonly WebSocketAcceptor _webSockets = new(engine, options) { IsRaw = true };

    internal async Task HandleAsync(HttpContext context)
    {
        if (!WebSocketAcceptor.IsWebSocketRequest(context))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            return;
        }

        Rejection? rejection = OriginPolicy.IsMalformed(context.Request) ? Rejection.BadRequest : await _policy.CheckAsync(context, isWebSocket: true).ConfigureAwait(false);
        options.OnHeaders?.Invoke(context);
        if (rejection is not null)
        {
            context.Response.StatusCode = rejection == Rejection.BadRequest ? StatusCodes.Status400BadRequest : StatusCodes.Status403Forbidden;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync(rejection.Message, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        await _webSockets.OpenAsync(context, default, connectionId: null).ConfigureAwait(false);
    }
}
