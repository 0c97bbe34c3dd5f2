using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Realtime.AspNetCore.WebSockets;
using Realtime.Core.Authentication;
using Realtime.Core.Connections;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>The request that opened a connection over HTTP.</summary>
/// <remarks>
/// Immutable as seen from outside. What a request of long-polling brought is copied, because the request ends; the request of a WebSocket lives as long as the
/// connection, so it is read when somebody asks (most of it nobody ever asks for), and copied when it ends: handlers of the disconnect may still ask, and the
/// web server uses requests again.
/// </remarks>
internal sealed class HttpHandshake : IHandshake, IRequestLifetime
{
    private readonly Lock _aborting = new();
    private readonly SocketTicket? _ticket;
    private volatile HttpContext? _context;
    private string? _address;
    private string? _url;
    private ClaimsPrincipal? _user;
    private IReadOnlyDictionary<string, string>? _query;
    private IReadOnlyDictionary<string, string>? _headers;

    private HttpHandshake(HttpContext context, DateTimeOffset time)
    {
        Time = time;
        IsSecure = context.Request.IsHttps;
        _context = context;
        _user = context.Features.Get<IHttpAuthenticationFeature>()?.User;
        _ticket = context.Features.Get<SocketTicket>();
    }

    public DateTimeOffset Time { get; }

    public bool IsSecure { get; }

    // The context first, here and below: once it is gone, the copies are there.
    public string Address => _context is { } context ? _address ??= ReadAddress(context) : _address!;

    public string Url => _context is { } context ? _url ??= context.Request.GetEncodedPathAndQuery() : _url!;

    // Noted at the beginning, unlike the rest: a request that the web server has begun to use again must never lend its user. An anonymous one is made when
    // somebody asks, because most connections have it and nobody does.
    public ClaimsPrincipal User => _user ?? Interlocked.CompareExchange(ref _user, new ClaimsPrincipal(new ClaimsIdentity()), null) ?? _user;

    public bool IsAnonymous => _user?.Identity?.IsAuthenticated != true;

    public IReadOnlyDictionary<string, string> Query => _context is { } context ? _query ??= ReadQuery(context.Request) : _query!;

    public IReadOnlyDictionary<string, string> Headers => _context is { } context ? _headers ??= ReadHeaders(context.Request) : _headers!;

    public T? Find<T>()
        where T : class
    {
        if (_ticket is T ticket)
        {
            return ticket;
        }

        HttpContext? context = _context;
        return context as T ?? context?.Features.Get<T>();
    }

    public void Abort()
    {
        lock (_aborting)
        {
            _context?.Abort();
        }
    }

    public void OnEnded()
    {
        if (_context is { } context)
        {
            _address ??= ReadAddress(context);
            _url ??= context.Request.GetEncodedPathAndQuery();
            _query ??= ReadQuery(context.Request);
            _headers ??= ReadHeaders(context.Request);
            lock (_aborting)
            {
                _context = null;
            }
        }
    }

    internal static HttpHandshake OfPolling(HttpContext context, DateTimeOffset time)
    {
        var handshake = new HttpHandshake(context, time);
        handshake.OnEnded();
        return handshake;
    }

    internal static HttpHandshake OfWebSocket(HttpContext context, DateTimeOffset time) => new(context, time);

    internal static string ReadAddress(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    private static Dictionary<string, string> ReadQuery(HttpRequest request) =>
        request.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value.Count > 0 ? pair.Value[^1] ?? "" : "", StringComparer.Ordinal);

    private static Dictionary<string, string> ReadHeaders(HttpRequest request) =>
        request.Headers.ToDictionary(static pair => pair.Key.ToLowerInvariant(), static pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
}
