using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Connections;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>Turns requests into WebSockets: on the socket, on a stream, or those of ASP.NET Core itself.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class WebSocketAcceptor(ConnectionEngine engine, RealtimeHttpOptions options)
{
    /// <summary>Gets a value indicating whether clients speak the raw protocol rather than Engine.IO.</summary>
    internal bool IsRaw { get; init; }

    /// <summary>Tells whether a request asks for a WebSocket, over whatever version of HTTP.</summary>
    internal static bool IsWebSocketRequest(HttpContext context)
    {
        IFeatureCollection features = context.Features;
        if (features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return string.Equals(connect.Protocol, "websocket", StringComparison.OrdinalIgnoreCase);
        }

        return features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
            ? context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase)
            : features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true };
    }

    /// <summary>Opens a connection on a WebSocket and serves it until it ends.</summary>
    internal async Task OpenAsync(HttpContext context, ConnectRequest request, string? connectionId)
    {
        WebSocketSession? session = await AcceptAsync(context, request).ConfigureAwait(false);
        if (session is null)
        {
            return;
        }

        HttpHandshake handshake = HttpHandshake.OfWebSocket(context, engine.TimeProvider.GetUtcNow());
        try
        {
            await session.RunAsync(engine.Accept(session.Transport, handshake, connectionId, attach: null, ProtocolOn(session.Transport))).ConfigureAwait(false);
        }
        finally
        {
            handshake.Detach();
        }
    }

    /// <summary>Offers a WebSocket to a connection that is on long-polling, and serves it until it ends.</summary>
    internal async Task UpgradeAsync(HttpContext context, ConnectRequest request, Connection connection)
    {
        WebSocketSession? session = await AcceptAsync(context, request).ConfigureAwait(false);
        if (session is null)
        {
            return;
        }

        if (!connection.TryUpgrade(session.Transport))
        {
            session.Transport.Close(); // a second one: closed at once, the first is unharmed
        }

        await session.RunAsync(connection).ConfigureAwait(false);
    }

    // ASP.NET Core's own WebSocket sends its own pings and none of ours: see AcceptDeflateAsync.
    private WireProtocol ProtocolOn(ITransport transport) => (IsRaw, transport) switch
    {
        (false, _) => WireProtocol.EngineIo,
        (true, WebSocketTransport) => WireProtocol.RawWebSocket,
        _ => WireProtocol.RawWebSocketWithoutPings,
    };

    private async Task<WebSocketSession?> AcceptAsync(HttpContext context, ConnectRequest request)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (options.PerMessageDeflate && context.Request.Headers.SecWebSocketExtensions.ToString().Contains("permessage-deflate", StringComparison.OrdinalIgnoreCase))
        {
            return await AcceptDeflateAsync(context, request).ConfigureAwait(false);
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return OnStream(context, request, await connect.AcceptAsync().ConfigureAwait(false), socket: null);
        }

        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            return await UpgradeRequestAsync(context, request, upgrade).ConfigureAwait(false);
        }

        return OnFramework(context, request, await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false));
    }

    private async Task<WebSocketSession?> UpgradeRequestAsync(HttpContext context, ConnectRequest request, IHttpUpgradeFeature upgrade)
    {
        HttpResponse response = context.Response;
        switch (WebSocketHandshake.Check(context.Request.Method, context.Request.Protocol, context.Request.Headers, out string? accept))
        {
            case WebSocketHandshakeOutcome.UnsupportedVersion:
                response.StatusCode = StatusCodes.Status426UpgradeRequired;
                response.Headers.SecWebSocketVersion = WebSocketHandshake.SupportedVersion;
                return null;
            case not WebSocketHandshakeOutcome.Accepted:
                response.StatusCode = StatusCodes.Status400BadRequest;
                return null;
        }

        response.Headers.Connection = "Upgrade";
        response.Headers.Upgrade = "websocket";
        response.Headers.SecWebSocketAccept = accept;
        Socket? socket = FindSocket(context);
        return OnStream(context, request, await upgrade.UpgradeAsync().ConfigureAwait(false), socket);
    }

    // Only where nothing stands between the web server and the network: TLS has its own bytes.
    private static Socket? FindSocket(HttpContext context) =>
        context.Features.Get<ITlsHandshakeFeature>() is null && !HasSentTooEarly(context) ? context.Features.Get<IConnectionSocketFeature>()?.Socket : null;

    // The first bytes of a client are taken as a sign that it has our answer. One that does not wait for it, against the RFC, gives no such sign.
    private static bool HasSentTooEarly(HttpContext context)
    {
        if (context.Features.Get<IConnectionTransportFeature>()?.Transport?.Input is not { } input || !input.TryRead(out ReadResult read))
        {
            return false;
        }

        bool early = !read.Buffer.IsEmpty;
        input.AdvanceTo(read.Buffer.Start);
        return early;
    }

    // ASP.NET Core's middleware negotiates the extension; it is called like a function, so that the application need not add it.
    private async Task<WebSocketSession?> AcceptDeflateAsync(HttpContext context, ConnectRequest request)
    {
        ILoggerFactory logging = context.RequestServices.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var middleware = new WebSocketMiddleware(static _ => Task.CompletedTask, Options.Create(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero }), logging);
        await middleware.Invoke(context).ConfigureAwait(false);
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return null;
        }

        var accept = new WebSocketAcceptContext { DangerousEnableCompression = true };
        if (IsRaw)
        {
            accept.KeepAliveInterval = engine.Options.Heartbeat.Interval;
            accept.KeepAliveTimeout = engine.Options.Heartbeat.Timeout;
        }

        WebSocket webSocket = await context.WebSockets.AcceptWebSocketAsync(accept).ConfigureAwait(false);
        return OnFramework(context, request, webSocket);
    }

    private WebSocketSession OnFramework(HttpContext context, ConnectRequest request, WebSocket webSocket)
    {
        var transport = new FrameworkWebSocketTransport(webSocket, engine.Options.MaxMessageBytes, request.Base64, engine.TimeProvider, context.Abort);
        return new WebSocketSession(transport, transport.RunAsync);
    }

    private WebSocketSession OnStream(HttpContext context, ConnectRequest request, Stream stream, Socket? socket)
    {
        var transport = new WebSocketTransport(stream, socket, engine.Options.MaxMessageBytes, request.Base64, engine.TimeProvider, context.Abort);
        return new WebSocketSession(transport, transport.RunAsync);
    }

    private sealed record WebSocketSession(ITransport Transport, Func<ITransportReceiver, Task> RunAsync);
}
