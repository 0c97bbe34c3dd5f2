using System.Globalization;
using System.Text;
using Realtime.Core.Transports;

namespace Realtime.Client.Transports;

/// <summary>Where the server is, and how its transports are addressed.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ServerAddress
{
    private readonly Uri _base;
    private readonly string _query;
    private long _requests;

    internal ServerAddress(Uri server, RealtimeClientOptions options)
    {
        // The path of Engine.IO always ends in a slash; a path in the address itself is no namespace here, it is where a proxy puts the server.
        string prefix = server.AbsolutePath.TrimEnd('/');
        string path = "/" + options.Path.Trim('/') + "/";
        _base = new UriBuilder(server.Scheme, server.Host, server.Port, prefix + (path == "//" ? "/" : path)).Uri;
        var query = new StringBuilder(server.Query.TrimStart('?'));
        foreach ((string name, string value) in options.Query)
        {
            query.Append(query.Length > 0 ? "&" : "").Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        _query = query.Length > 0 ? "&" + query : "";
    }

    internal bool IsSecure => _base.Scheme is "https" or "wss";

    /// <summary>Gets the address of a WebSocket.</summary>
    internal Uri WebSocket(string? connectionId) => Build(IsSecure ? "wss" : "ws", TransportNames.WebSocket, connectionId, stamp: null);

    /// <summary>Gets the address of the next request of long-polling; each is different, so that nothing on the way answers from its memory.</summary>
    internal Uri Polling(string? connectionId) =>
        Build(IsSecure ? "https" : "http", TransportNames.Polling, connectionId, Interlocked.Increment(ref _requests).ToString("x", CultureInfo.InvariantCulture));

    private Uri Build(string scheme, string transport, string? connectionId, string? stamp)
    {
        string query = $"EIO=4&transport={transport}"
            + (stamp is null ? "" : $"&t={stamp}")
            + (connectionId is null ? "" : $"&sid={Uri.EscapeDataString(connectionId)}")
            + _query;
        return new UriBuilder(_base) { Scheme = scheme, Port = _base.Port, Query = query }.Uri;
    }
}
