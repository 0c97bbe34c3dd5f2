using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Realtime.Core.Connections;

namespace Realtime.AspNetCore.Endpoints;

/// <summary>The request that opened a connection over HTTP.</summary>
/// <remarks>
/// Immutable. What a request of long-polling brought is copied, because the request ends; the request of a WebSocket lives as long as the connection,
/// so its headers are read when somebody asks.
/// </remarks>
internal sealed class HttpHandshake : IHandshake
{
    private readonly HttpContext? _context;
    private IReadOnlyDictionary<string, string>? _query;
    private IReadOnlyDictionary<string, string>? _headers;

    private HttpHandshake(HttpContext context, DateTimeOffset time, bool outlivesRequest)
    {
        Time = time;
        Address = context.Connection.RemoteIpAddress?.ToString() ?? "";
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

    public IReadOnlyDictionary<string, string> Query => _query ??= ReadQuery(_context!.Request);

    public IReadOnlyDictionary<string, string> Headers => _headers ??= ReadHeaders(_context!.Request);

    public T? Find<T>()
        where T : class => _context as T ?? _context?.Features.Get<T>();

    internal static HttpHandshake OfPolling(HttpContext context, DateTimeOffset time) => new(context, time, outlivesRequest: true);

    internal static HttpHandshake OfWebSocket(HttpContext context, DateTimeOffset time) => new(context, time, outlivesRequest: false);

    private static Dictionary<string, string> ReadQuery(HttpRequest request) =>
        request.Query.ToDictionary(static pair => pair.Key, static pair => pair.Value.Count > 0 ? pair.Value[^1] ?? "" : "", StringComparer.Ordinal);

    private static Dictionary<string, string> ReadHeaders(HttpRequest request) =>
        request.Headers.ToDictionary(static pair => pair.Key.ToLowerInvariant(), static pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase);
}
