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
    internal Task OpenAsync(HttpContext context, ConnectRequest request, string? connectionId, ConnectionPlace? place)
    {
        HttpHandshake handshake = HttpHandshake.OfWebSocket(context, engine.TimeProvider.GetUtcNow());
        ValueTask<IWebSocketTransport?> accepting = AcceptAsync(context, request, handshake);

        // Usually it is done at once. Then no method is suspended here for as long as the connection lives.
        return accepting.IsCompletedSuccessfully ? ServeAsync(accepting.Result, handshake, connectionId, place) : ServeLaterAsync(accepting, handshake, connectionId, place);
    }

    /// <summary>Offers a WebSocket to a connection that is on long-polling, and serves it until it ends.</summary>
    internal async Task UpgradeAsync(HttpContext context, ConnectRequest request, Connection connection)
    {
        if (await AcceptAsync(context, request, new RequestLifetime(context)).ConfigureAwait(false) is not { } transport)
        {
            return;
        }

        if (!connection.TryUpgrade(transport))
        {
            transport.Close(); // a second one: closed at once, the first is unharmed
        }

        await transport.RunAsync(connection).ConfigureAwait(false);
    }

    private Task ServeAsync(IWebSocketTransport? transport, HttpHandshake handshake, string? connectionId, ConnectionPlace? place) =>
        transport is null ? Task.CompletedTask : transport.RunAsync(engine.Accept(transport, handshake, connectionId, place: place, protocol: ProtocolOn(transport)));

    // ASP.NET Core's own WebSocket sends its own pings and none of ours: see AcceptDeflateAsync.
    private WireProtocol ProtocolOn(IWebSocketTransport transport) => (IsRaw, transport) switch
    {
        (false, _) => WireProtocol.EngineIo,
        (true, WebSocketTransport) => WireProtocol.RawWebSocket,
        _ => WireProtocol.RawWebSocketWithoutPings,
    };

    private async Task ServeLaterAsync(ValueTask<IWebSocketTransport?> accepting, HttpHandshake handshake, string? connectionId, ConnectionPlace? place) =>
        await ServeAsync(await accepting.ConfigureAwait(false), handshake, connectionId, place).ConfigureAwait(false);

    private async ValueTask<IWebSocketTransport?> AcceptAsync(HttpContext context, ConnectRequest request, IRequestLifetime lifetime)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (options.PerMessageDeflate && context.Request.Headers.SecWebSocketExtensions.ToString().Contains("permessage-deflate", StringComparison.OrdinalIgnoreCase))
        {
            return await AcceptDeflateAsync(context, request, lifetime).ConfigureAwait(false);
        }

        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return OnStream(request, new UpgradedRequest(await connect.AcceptAsync().ConfigureAwait(false), null, null), lifetime);
        }

        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            return await UpgradeRequestAsync(context, request, upgrade, lifetime).ConfigureAwait(false);
        }

        return OnFramework(request, await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false), lifetime);
    }

    private async ValueTask<IWebSocketTransport?> UpgradeRequestAsync(HttpContext context, ConnectRequest request, IHttpUpgradeFeature upgrade, IRequestLifetime lifetime)
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

        // Looked for before the upgrade: afterwards the client's first bytes may be there already.
        Socket? socket = FindSocket(context, out PipeReader? input);
        return OnStream(request, new UpgradedRequest(await upgrade.UpgradeAsync().ConfigureAwait(false), input, socket), lifetime);
    }

    // Only where nothing stands between the web server and the network: TLS has its own bytes. And only for a client that has waited for our answer: its first
    // bytes are taken as a sign that it has it, and one that sends before, against the RFC, gives no such sign.
    private static Socket? FindSocket(HttpContext context, out PipeReader? input)
    {
        input = null;
        if (context.Features.Get<ITlsHandshakeFeature>() is not null
            || context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket
            || context.Features.Get<IConnectionTransportFeature>()?.Transport?.Input is not { } pipe
            || HoldsBytes(pipe))
        {
            return null;
        }

        input = pipe;
        return socket;
    }

    private static bool HoldsBytes(PipeReader pipe)
    {
        try
        {
            if (!pipe.TryRead(out ReadResult read))
            {
                return false;
            }

            bool any = !read.Buffer.IsEmpty;
            pipe.AdvanceTo(read.Buffer.Start);
            return any;
        }
        catch (Exception exception) when (BrokenConnection.Caused(exception))
        {
            return true; // The client has gone already; whoever reads the stream finds out.
        }
    }

    // ASP.NET Core's middleware negotiates the extension; it is called like a function, so that the application need not add it.
    private async ValueTask<IWebSocketTransport?> AcceptDeflateAsync(HttpContext context, ConnectRequest request, IRequestLifetime lifetime)
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
        return OnFramework(request, webSocket, lifetime);
    }

    private FrameworkWebSocketTransport OnFramework(ConnectRequest request, WebSocket webSocket, IRequestLifetime lifetime) =>
        new(webSocket, engine.Options.MaxMessageBytes, request.Base64, engine.TimeProvider, lifetime);

    private WebSocketTransport OnStream(ConnectRequest request, UpgradedRequest upgraded, IRequestLifetime lifetime) =>
        new(upgraded, engine.Options.MaxMessageBytes, request.Base64, engine.TimeProvider, lifetime);
}
