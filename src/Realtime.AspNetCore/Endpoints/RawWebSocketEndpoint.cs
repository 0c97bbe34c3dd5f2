using Microsoft.AspNetCore.Http;
using Realtime.AspNetCore.Authentication;
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
        if (rejection is not null)
        {
            await RejectAsync(context, rejection).ConfigureAwait(false);
            return;
        }

        if (await HandshakeTicket.FindAsync(context, options.ExpireWithAuthentication).ConfigureAwait(false) is { } ticket)
        {
            context.Features.Set(ticket);
        }

        if (engine.TryReserve(HttpHandshake.ReadAddress(context), out ConnectionPlace? place) is { } refusal)
        {
            await RejectAsync(context, Rejection.Of(refusal)).ConfigureAwait(false);
            return;
        }

        using ConnectionPlace? reserved = place; // given back unless a connection takes it
        options.OnHeaders?.Invoke(context);
        await _webSockets.OpenAsync(context, default, connectionId: null, place).ConfigureAwait(false);
    }

    private async Task RejectAsync(HttpContext context, Rejection rejection)
    {
        options.OnHeaders?.Invoke(context);
        await rejection.WritePlainAsync(context).ConfigureAwait(false);
    }
}
