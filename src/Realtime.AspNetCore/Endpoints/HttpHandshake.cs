using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Realtime.Core.Connections;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>The request that opened a connection over HTTP.</summary>
/// <remarks>
/// Immutable. What a request of long-polling brought is copied, because the request ends; the request of a WebSocket lives as long as the connection,
/// so its headers are read when somebody asks, and copied when it ends: handlers of the disconnect may still ask, and the web server uses requests again.
/// </remarks>
internal sealed class HttpHandshake : IHandshake
{
    private volatile HttpContext? _context;
    private IReadOnlyDictionary<string, string>? _query;
    private IReadOnlyDictionary<string, string>? _headers;

    private HttpHandshake(HttpContext context, DateTimeOffset time, bool outlivesRequest)
    {
        Time = time;
        Address = AddressOf(context);
        IsSecure = context.Request.IsHttps;
        Url = context.Request.GetEncodedPathAndQuery();
        User = context.User;
        if (outlivesRequest)
        {
            _query = ReadQuery(context.Request);
            _headers = ReadHeaders(context.Request);
        }
        else
        {
            _context = context;
        }
    }

    public DateTimeOffset Time { get; }

    public string Address { get; }

    public string Url { get; }

    public bool IsSecure { get; }

    public ClaimsPrincipal User { get; }

    // The context first: once it is gone, the copies are there.
    public IReadOnlyDictionary<string, string> Query => _context is { } context ? _query ??= ReadQuery(context.Request) : _query!;

    public IReadOnlyDictionary<string, string> Headers => _context is { } context ? _headers ??= ReadHeaders(context.Request) : _headers!;

    public T? Find<T>()
        where T : class
    {
        HttpContext? context = _context;
        return context as T ?? context?.Features.Get<T>();
    }

    /// <summary>The request is about to end.</summary>
    internal void Detach()
    {
        if (_context is { } context)
        {
            _query ??= ReadQuery(context.Request);
            _headers ??= ReadHeaders(context.Request);
            _context = null;
        }
    }

    internal static string AddressOf(HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    internal static HttpHandshake OfPolling(HttpContext context, DateTimeOffset time) => new(context, time, outlivesRequest: true);

    internal static HttpHandshake OfWebSocket(HttpContext context, DateTimeOffset time) => new(context, time, outlivesRequest: false);

    private static Dictionary<string, string> ReadQuery(HttpRequest request) =>
        request.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value.Count > 0 ? pair.Value[^1] ?? "" : "", StringComparer.Ordinal);

    private static Dictionary<string, string> ReadHeaders(HttpRequest request) =>
        request.Headers.ToDictionary(static pair => pair.Key.ToLowerInvariant(), static pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
}
