using System.Net;
using System.Text.Json;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.Support;

/// <summary>Requests of Socket.IO clients, by hand.</summary>
internal static class Client
{
    internal const string Polling = "/socket.io/?EIO=4&transport=polling";
    internal const string WebSocket = "/socket.io/?EIO=4&transport=websocket";

    /// <summary>Sends a request with headers.</summary>
    internal static async Task<HttpResponseMessage> SendAsync(this HttpClient http, string target, string method = "GET", string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (body is not null)
        {
            request.Content = new StringContent(body);
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Bounded.Token());
    }

    /// <summary>Opens a connection by polling.</summary>
    internal static async Task<string> OpenAsync(this HttpClient http, string target = Polling)
    {
        using HttpResponseMessage response = await http.SendAsync(target);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal('0', body[0]);
        using var open = JsonDocument.Parse(body.Split('\x1e')[0][1..]);
        return $"{target}&sid={open.RootElement.GetProperty("sid").GetString()}";
    }

    /// <summary>Asserts that a handshake of a WebSocket with this origin is answered so.</summary>
    internal static async Task<string> HandshakeAsync(TestApp app, string headers = "", string target = WebSocket)
    {
        await using RawWebSocket socket = await RawWebSocket.BeginAsync(app.Port, app.Wire == Wire.Tls, target, headers: headers);
        return await socket.ReadResponseAsync();
    }

    internal static int StatusOf(string response) => int.Parse(response.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Opens a WebSocket and joins the main namespace.</summary>
    internal static async Task<RawWebSocket> JoinAsync(TestApp app, string target = WebSocket)
    {
        RawWebSocket socket = await RawWebSocket.ConnectAsync(app.Port, app.Wire == Wire.Tls, target);
        Assert.StartsWith("0{", await socket.ReadTextAsync(), StringComparison.Ordinal);
        await socket.SendTextAsync("40");
        Assert.StartsWith("40{", await socket.ReadTextAsync(), StringComparison.Ordinal);
        return socket;
    }
}
