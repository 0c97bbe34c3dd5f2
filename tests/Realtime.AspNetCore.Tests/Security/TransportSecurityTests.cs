using System.Net;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.Security;

/// <summary>Who may connect from where, and over what.</summary>
public sealed class TransportSecurityTests
{
    [Theory]
    [InlineData("127.0.0.1", "https", true)]
    [InlineData("127.0.0.1", "http", false)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData("192.0.2.7", "https", false)]
    public async Task In_production_only_a_configured_proxy_is_believed_that_the_client_came_over_TLS(string proxy, string forwarded, bool accepted)
    {
        var secure = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            services => services.AddRealtime().AddNamespace("/", space => space.OnConnected(socket =>
            {
                secure.TrySetResult(socket.Handshake.IsSecure);
                return default;
            })),
            app =>
            {
                var headers = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto };
                headers.KnownProxies.Clear();
                headers.KnownIPNetworks.Clear();
                headers.KnownProxies.Add(IPAddress.Parse(proxy));
                app.UseForwardedHeaders(headers);
                app.UseRouting();
                app.MapRealtime();
                app.MapRealtimeWebSocket("/ws");
            },
            "Production");
        string header = forwarded.Length > 0 ? $"X-Forwarded-Proto: {forwarded}\r\n" : "";
        Assert.Equal(accepted ? 101 : 400, Client.StatusOf(await Client.HandshakeAsync(app, header)));
        Assert.Equal(accepted ? 101 : 403, Client.StatusOf(await Client.HandshakeAsync(app, header, "/ws")));
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage polled = await http.SendAsync(Client.Polling, headers: ("X-Forwarded-Proto", forwarded));
        Assert.Equal(accepted ? HttpStatusCode.OK : HttpStatusCode.Forbidden, polled.StatusCode);
        if (accepted)
        {
            await using RawWebSocket socket = await RawWebSocket.BeginAsync(app.Port, tls: false, "/ws", headers: header);
            await socket.ReadResponseAsync();
            await socket.SendTextAsync("""{"auth":{}}""");
            Assert.True(await secure.Task.Within());
        }
    }

    [Theory]
    [InlineData(Client.WebSocket)]
    [InlineData("/ws")]
    public async Task A_foreign_page_cannot_use_the_cookie_of_a_visitor(string target)
    {
        await using TestApp app = await StartWithCookiesAsync();
        using HttpClient http = app.CreateClient();
        string cookie = await SignInAsync(http);
        string own = $"Origin: http://127.0.0.1:{app.Port}\r\n";

        // The cookie is good: without it nobody gets in, and with it the own page does.
        Assert.Equal(401, Client.StatusOf(await Client.HandshakeAsync(app, own, target)));
        Assert.Equal(101, Client.StatusOf(await Client.HandshakeAsync(app, own + $"Cookie: {cookie}\r\n", target)));

        foreach (string origin in new[] { "https://evil.example", "null", $"http://127.0.0.1:{app.Port + 1}", $"http://127.0.0.1.evil.example:{app.Port}" })
        {
            string browser = $"Origin: {origin}\r\nCookie: {cookie}\r\nUser-Agent: Mozilla/5.0\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: websocket\r\n";
            Assert.InRange(Client.StatusOf(await Client.HandshakeAsync(app, browser, target)), 400, 403);
        }
    }

    [Fact]
    public async Task A_foreign_page_cannot_open_a_connection_by_polling_in_the_name_of_a_visitor()
    {
        await using TestApp app = await StartWithCookiesAsync();
        using HttpClient http = app.CreateClient();
        string cookie = await SignInAsync(http);
        using HttpResponseMessage foreign = await http.SendAsync(Client.Polling, headers: [("Origin", "https://evil.example"), ("Cookie", cookie)]);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using HttpResponseMessage own = await http.SendAsync(Client.Polling, headers: [("Cookie", cookie)]);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_client_of_DotNet_talks_over_wss_in_production()
    {
        await using TestApp app = await TestApp.StartAsync(
            Wire.Tls,
            static services => services.AddRealtime().AddNamespace("/", static space => space.On("echo", static context => context.AckAsync([.. context.Arguments]))),
            static app => app.MapRealtime(),
            "Production");
        using var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = TestCertificate.IsPresented;
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{app.Port}{Client.WebSocket}"), Bounded.Token());
        Assert.StartsWith("0{", await ReceiveAsync(socket), StringComparison.Ordinal);
        await SendAsync(socket, "40");
        Assert.StartsWith("40{", await ReceiveAsync(socket), StringComparison.Ordinal);
        foreach (int size in new[] { 1, 100, 16 * 1024, 200 * 1024 })
        {
            string text = new('x', size);
            await SendAsync(socket, $"421[\"echo\",\"{text}\"]");
            Assert.Equal($"431[\"{text}\"]", await ReceiveAsync(socket));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Bounded.Token());
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    private static Task<TestApp> StartWithCookiesAsync() => TestApp.StartAsync(
        Wire.Plain,
        static services =>
        {
            services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
            services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(static cookie => cookie.Events.OnRedirectToLogin = static context =>
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            });
            services.AddAuthorization();
            services.AddRealtime().AddNamespace("/");
        },
        static app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/signin", static (HttpContext context) => context.SignInAsync(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "ann")], "cookies"))));
            app.MapRealtime().RequireAuthorization();
            app.MapRealtimeWebSocket("/ws").RequireAuthorization();
        });

    private static async Task<string> SignInAsync(HttpClient http)
    {
        using HttpResponseMessage response = await http.SendAsync("/signin");
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private static Task SendAsync(ClientWebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Bounded.Token());

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[300 * 1024];
        int length = 0;
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), Bounded.Token());
            length += part.Count;
        }
        while (!part.EndOfMessage);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
