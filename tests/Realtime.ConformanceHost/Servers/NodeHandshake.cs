using System.Globalization;
using System.Text.Json;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Servers;

/// <summary>The request that opened a connection, as Node shows it to applications.</summary>
internal sealed record NodeHandshake(
    IReadOnlyDictionary<string, string> Headers,
    string Time,
    string Address,
    bool Xdomain,
    bool Secure,
    long Issued,
    string Url,
    IReadOnlyDictionary<string, string> Query,
    JsonElement Auth)
{
    internal static NodeHandshake Of(RealtimeSocket socket) => Of(socket.Handshake, socket.GetAuth<JsonElement>());

    internal static NodeHandshake Of(RemoteSocket socket) => Of(socket.Handshake, JsonElement.Parse(socket.Auth.Span));

    private static NodeHandshake Of(IHandshake handshake, JsonElement auth) => new(
        handshake.Headers,
        handshake.Time.ToUniversalTime().ToString("ddd MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'", CultureInfo.InvariantCulture), // Date.toString()
        handshake.Address,
        handshake.Headers.ContainsKey("origin"),
        handshake.IsSecure,
        handshake.Time.ToUnixTimeMilliseconds(),
        handshake.Url,
        handshake.Query,
        auth);
}
