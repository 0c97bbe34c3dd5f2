using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Realtime.AspNetCore.Authentication;
using Realtime.AspNetCore.LongPolling;
using Realtime.AspNetCore.Security;
using Realtime.AspNetCore.WebSockets;
using Realtime.Core.Connections;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>One Engine.IO endpoint: checks a request and picks what to do with it.</summary>
/// <remarks>Immutable. The order of the checks is Node's: clients and tests see which of several mistakes is reported.</remarks>
internal sealed class RealtimeEndpoint(ConnectionEngine engine, RealtimeHttpOptions options, bool requireTls)
{
    private const string Version = "4";
    private readonly HandshakePolicy _policy = new(engine, options, requireTls);
    private readonly WebSocketAcceptor _webSockets = new(engine, options);
    private readonly ClientFiles? _files = options.ClientFiles is null ? null : new ClientFiles(options.ClientFiles);

    /// <summary>Handles a request. A WebSocket lives in this call, so on its way nothing is suspended that need not be: each connection would keep it.</summary>
    internal Task HandleAsync(HttpContext context)
    {
        string path = context.Request.Path.Value ?? "";
        string rest = context.GetRouteValue("rest") as string ?? "";
        if (rest.Length == 0 && options.RequireTrailingSlash && !path.EndsWith('/'))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return _files is null || rest.Length == 0 ? HandleProtocolAsync(context) : ServeFileAsync(_files, context, rest);
    }

    private async Task ServeFileAsync(ClientFiles files, HttpContext context, string rest)
    {
        if (!await files.TryServeAsync(context, rest).ConfigureAwait(false))
        {
            await HandleProtocolAsync(context).ConfigureAwait(false);
        }
    }

    private Task HandleProtocolAsync(HttpContext context)
    {
        ConnectRequest request = ConnectRequest.Read(context.Request.Query);
        bool wantsUpgrade = WebSocketAcceptor.IsWebSocketRequest(context);
        Connection? connection = request.ConnectionId is null ? null : engine.Find(request.ConnectionId);
        if (Check(context, request, connection, wantsUpgrade) is { } rejection)
        {
            return rejection == Rejection.UnknownConnection && connection is null && options.UnknownConnection is { } elsewhere
                ? TryElsewhereAsync(context, request.ConnectionId!, elsewhere, wantsUpgrade)
                : RejectAsync(context, rejection, wantsUpgrade);
        }

        if (request.ConnectionId is not null)
        {
            return AcceptAsync(context, request, connection, newId: null, wantsUpgrade);
        }

        ValueTask<(Rejection? Rejection, string? Id)> checking = CheckHandshakeAsync(context, request, wantsUpgrade);
        return checking.IsCompletedSuccessfully ? DecideAsync(context, request, wantsUpgrade, checking.Result) : DecideLaterAsync(context, request, wantsUpgrade, checking);
    }

    private Task DecideAsync(HttpContext context, ConnectRequest request, bool wantsUpgrade, (Rejection? Rejection, string? Id) decision)
    {
        if (decision.Rejection is { } refused)
        {
            return RejectAsync(context, refused, wantsUpgrade);
        }

        if (!engine.LimitsConnections)
        {
            return AcceptAsync(context, request, connection: null, decision.Id, wantsUpgrade);
        }

        return engine.TryReserve(HttpHandshake.ReadAddress(context), out ConnectionPlace? place) is { } refusal
            ? RejectAsync(context, Rejection.Of(refusal), wantsUpgrade)
            : AcceptAtAsync(place, context, request, decision.Id, wantsUpgrade);
    }

    private async Task AcceptAtAsync(ConnectionPlace? place, HttpContext context, ConnectRequest request, string? newId, bool wantsUpgrade)
    {
        using ConnectionPlace? reserved = place; // given back unless a connection takes it
        await AcceptAsync(context, request, connection: null, newId, wantsUpgrade, place).ConfigureAwait(false);
    }

    private async Task DecideLaterAsync(HttpContext context, ConnectRequest request, bool wantsUpgrade, ValueTask<(Rejection? Rejection, string? Id)> checking) =>
        await DecideAsync(context, request, wantsUpgrade, await checking.ConfigureAwait(false)).ConfigureAwait(false);

    private async Task TryElsewhereAsync(HttpContext context, string connectionId, Func<HttpContext, string, ValueTask<bool>> elsewhere, bool wantsUpgrade)
    {
        if (!await elsewhere(context, connectionId).ConfigureAwait(false))
        {
            await RejectAsync(context, Rejection.UnknownConnection, wantsUpgrade).ConfigureAwait(false);
        }
    }

    private async Task RejectAsync(HttpContext context, Rejection rejection, bool wantsUpgrade)
    {
        options.OnHeaders?.Invoke(context);
        await rejection.WriteAsync(context, wantsUpgrade).ConfigureAwait(false);
    }

    private Task AcceptAsync(HttpContext context, ConnectRequest request, Connection? connection, string? newId, bool wantsUpgrade, ConnectionPlace? place = null)
    {
        if (connection is null)
        {
            options.OnInitialHeaders?.Invoke(context);
        }

        options.OnHeaders?.Invoke(context);
        return wantsUpgrade ? AcceptWebSocketAsync(context, request, connection, newId, place) : PollAsync(context, connection, newId, place);
    }

    private Rejection? Check(HttpContext context, ConnectRequest request, Connection? connection, bool wantsUpgrade)
    {
        if (request.Transport is null || !engine.Options.Transports.Contains(request.Transport))
        {
            return Rejection.UnknownTransport;
        }

        if (OriginPolicy.IsMalformed(context.Request))
        {
            return Rejection.BadRequest;
        }

        if (request.ConnectionId is not null)
        {
            return CheckKnown(context, request, connection, wantsUpgrade);
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !(wantsUpgrade && HttpMethods.IsConnect(context.Request.Method)))
        {
            return Rejection.BadMethod;
        }

        return (request.Transport == TransportNames.WebSocket) == wantsUpgrade ? null : Rejection.BadRequest;
    }

    private static Rejection? CheckKnown(HttpContext context, ConnectRequest request, Connection? connection, bool wantsUpgrade)
    {
        if (connection is null || !UserContinuity.Holds(connection.Handshake, context.User))
        {
            return Rejection.UnknownConnection;
        }

        bool fits = wantsUpgrade ? request.Transport == TransportNames.WebSocket : request.Transport == connection.Transport.Name;
        return fits && request.Version == Version ? null : Rejection.BadRequest;
    }

    /// <summary>Decides on a new connection, asks the application for its id where it wants to give one, and notes until when its user is known.</summary>
    private async ValueTask<(Rejection? Rejection, string? Id)> CheckHandshakeAsync(HttpContext context, ConnectRequest request, bool wantsUpgrade)
    {
        Rejection? rejection = await CheckPolicyAsync(context, request, wantsUpgrade).ConfigureAwait(false);
        string? id = rejection is null && options.GenerateId is { } generate ? await generate(context).ConfigureAwait(false) : null;
        if (rejection is null && await HandshakeTicket.FindAsync(context, options.ExpireWithAuthentication).ConfigureAwait(false) is { } ticket)
        {
            context.Features.Set(ticket);
        }

        return (id is not null && engine.Find(id) is not null ? Rejection.BadRequest : rejection, id);
    }

    private async ValueTask<Rejection?> CheckPolicyAsync(HttpContext context, ConnectRequest request, bool wantsUpgrade)
    {
        Rejection? refused = await _policy.CheckAsync(context, wantsUpgrade).ConfigureAwait(false);
        return refused ?? (request.Version == Version ? null : Rejection.UnsupportedVersion);
    }

    private Task AcceptWebSocketAsync(HttpContext context, ConnectRequest request, Connection? connection, string? newId, ConnectionPlace? place) =>
        connection is null ? _webSockets.OpenAsync(context, request, newId, place) : _webSockets.UpgradeAsync(context, request, connection);

    private async Task PollAsync(HttpContext context, Connection? connection, string? newId, ConnectionPlace? place)
    {
        if (context.Request.Headers.UserAgent.ToString() is { } agent && (agent.Contains(";MSIE", StringComparison.Ordinal) || agent.Contains("Trident/", StringComparison.Ordinal)))
        {
            context.Response.Headers.XXSSProtection = "0";
        }

        if (connection is null)
        {
            await OpenPollingAsync(context, newId, place).ConfigureAwait(false);
            return;
        }

        if (connection.Transport is not PollingTransport transport)
        {
            await Rejection.BadRequest.WriteAsync(context, wantsUpgrade: false).ConfigureAwait(false);
        }
        else if (HttpMethods.IsGet(context.Request.Method))
        {
            await PollAction.RunAsync(context, transport, transport.BeginPoll(), options).ConfigureAwait(false);
        }
        else if (HttpMethods.IsPost(context.Request.Method))
        {
            await PostAction.RunAsync(context, transport, engine.Options.MaxMessageBytes).ConfigureAwait(false);
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError; // what Node answers; the connection is unharmed
        }
    }

    private async Task OpenPollingAsync(HttpContext context, string? newId, ConnectionPlace? place)
    {
        var transport = new PollingTransport();

        // The handshake is a poll like any other, answered by the open frame.
        Task<PollResponse>? poll = transport.BeginPoll();
        Connection connection = engine.Accept(transport, HttpHandshake.OfPolling(context, engine.TimeProvider.GetUtcNow()), newId, transport.Attach, place);
        if (options.AffinityCookie is { } cookie)
        {
            context.Response.Headers.Append("Set-Cookie", AffinityCookie.Format(cookie, connection.Id));
        }

        await PollAction.RunAsync(context, transport, poll, options).ConfigureAwait(false);
    }
}
