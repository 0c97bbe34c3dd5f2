using System.Net;

namespace Realtime.Client.Transports;

/// <summary>How a client does HTTP: one handler for all its transports, so that cookies (sticky sessions), proxy and TLS are the same for each.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class HttpAccess : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly IReadOnlyDictionary<string, string> _headers;

    internal HttpAccess(RealtimeClientOptions options)
    {
        _handler = new SocketsHttpHandler
        {
            CookieContainer = new CookieContainer(),
            UseCookies = true,
            AllowAutoRedirect = false, // a redirected POST would lose its body
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
            Proxy = options.Proxy,
            UseProxy = true,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a name may come to stand for another address
        };
        if (options.Tls is not null)
        {
            _handler.SslOptions = options.Tls;
        }

        _headers = new Dictionary<string, string>(options.Headers, StringComparer.OrdinalIgnoreCase);
        Invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    internal HttpMessageInvoker Invoker { get; }

    internal IEnumerable<KeyValuePair<string, string>> Headers => _headers;

    internal HttpRequestMessage CreateRequest(HttpMethod method, Uri address)
    {
        var request = new HttpRequestMessage(method, address);
        foreach ((string name, string value) in _headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public void Dispose()
    {
        Invoker.Dispose();
        _handler.Dispose();
    }
}
