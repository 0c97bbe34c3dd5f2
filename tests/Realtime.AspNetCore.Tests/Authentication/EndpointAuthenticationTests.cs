using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Realtime.AspNetCore.Endpoints;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;
using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Hosting;

namespace Realtime.AspNetCore.Tests.Authentication;

/// <summary>The authentication of ASP.NET Core on the request that opens a connection: cookies, bearer tokens in the header and in the query.</summary>
public sealed class EndpointAuthenticationTests
{
    [Fact]
    public async Task A_cookie_says_who_the_client_is_over_polling_and_over_a_WebSocket()
    {
        await using TestApp app = await StartWithCookiesAsync();
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage refused = await http.SendAsync(Client.Polling);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(401, Client.StatusOf(await Client.HandshakeAsync(app)));

        string cookie = await LogInAsync(http, "ann");
        await using RawWebSocket socket = await JoinAsync(app, $"Cookie: {cookie}\r\n");
        string polling = await OpenPollingAsync(http, cookie);
        using HttpResponseMessage joined = await http.SendAsync(polling, "POST", "40", ("Cookie", cookie));
        Assert.Equal(HttpStatusCode.OK, joined.StatusCode);

        IRealtimeServer server = app.App.Services.GetRequiredService<IRealtimeServer>();
        await Bounded.UntilAsync(() => server.Of("/").SocketCount == 2, "both have joined");
        Assert.All(server.Of("/").Sockets, static joined => Assert.Equal(("ann", "ann"), (joined.UserId, joined.User.Identity!.Name)));
        await server.Of("/").ToUser("ann").EmitAsync("hello");
        Assert.Equal("42[\"hello\"]", await socket.ReadTextAsync());
    }

    [Fact]
    public async Task Another_user_cannot_use_a_connection_whose_id_it_has_learnt()
    {
        await using TestApp app = await StartWithCookiesAsync(requireAuthorization: false);
        using HttpClient http = app.CreateClient();
        string ann = await LogInAsync(http, "ann");
        string bob = await LogInAsync(http, "bob");
        string polling = await OpenPollingAsync(http, ann);
        foreach (string? cookie in (string?[])[bob, null])
        {
            (string, string)[] headers = cookie is null ? [] : [("Cookie", cookie)];
            using HttpResponseMessage post = await http.SendAsync(polling, "POST", "40", headers);
            Assert.Equal("{\"code\":1,\"message\":\"Session ID unknown\"}", await post.Content.ReadAsStringAsync());
            using HttpResponseMessage poll = await http.SendAsync(polling, "GET", null, headers);
            Assert.Equal(HttpStatusCode.BadRequest, poll.StatusCode);
            string upgrade = await Client.HandshakeAsync(app, cookie is null ? "" : $"Cookie: {cookie}\r\n", polling.Replace("polling", "websocket", StringComparison.Ordinal));
            Assert.Equal(400, Client.StatusOf(upgrade));
        }

        string again = await LogInAsync(http, "ann"); // another cookie of the same user
        using HttpResponseMessage own = await http.SendAsync(polling, "POST", "40", ("Cookie", again));
        Assert.Equal("ok", await own.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Revoking_a_user_closes_what_its_cookie_opened()
    {
        await using TestApp app = await StartWithCookiesAsync();
        using HttpClient http = app.CreateClient();
        await using RawWebSocket ann = await JoinAsync(app, $"Cookie: {await LogInAsync(http, "ann")}\r\n");
        await using RawWebSocket bob = await JoinAsync(app, $"Cookie: {await LogInAsync(http, "bob")}\r\n");
        IRealtimeServer server = app.App.Services.GetRequiredService<IRealtimeServer>();
        Connection opened = server.Of("/").Sockets.Single(static socket => socket.UserId == "ann").Connection;
        await server.RevokeAsync(Revocation.OfUser("ann"));
        Assert.Equal("42[\"$rt:auth\",{\"state\":\"revoked\"}]", await ann.ReadTextAsync());
        Assert.Equal("41", await ann.ReadTextAsync());
        Assert.Equal(WebSocketOpcode.Close, (await ann.ReadFrameAsync())?.Opcode);
        Assert.Equal((false, CloseReason.TokenRevoked), (opened.IsOpen, opened.CloseReason));
        Assert.Equal("bob", Assert.Single(server.Of("/").Sockets).UserId);
    }

    [Fact]
    public async Task A_bearer_token_in_the_header_is_read_and_one_in_the_query_only_when_asked_for()
    {
        string token = Tokens.Create("ann");
        foreach (bool fromQuery in (bool[])[false, true])
        {
            await using TestApp app = await StartWithBearerAsync(fromQuery);
            Assert.Equal(401, Client.StatusOf(await Client.HandshakeAsync(app)));
            Assert.Equal(101, Client.StatusOf(await Client.HandshakeAsync(app, $"Authorization: Bearer {token}\r\n")));
            Assert.Equal(fromQuery ? 101 : 401, Client.StatusOf(await Client.HandshakeAsync(app, target: $"{Client.WebSocket}&access_token={token}")));
            Assert.Equal(401, Client.StatusOf(await Client.HandshakeAsync(app, target: $"{Client.WebSocket}&access_token={token}x")));
            Assert.Equal(401, Client.StatusOf(await Client.HandshakeAsync(app, $"Authorization: Bearer bad\r\n", $"{Client.WebSocket}&access_token={token}")));

            // Never where a header could carry it, nor anywhere else in the application.
            using HttpClient http = app.CreateClient();
            using HttpResponseMessage polling = await http.SendAsync($"{Client.Polling}&access_token={token}");
            Assert.Equal(HttpStatusCode.Unauthorized, polling.StatusCode);
            Assert.Equal(401, Client.StatusOf(await Client.HandshakeAsync(app, target: $"/other?access_token={token}")));
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task The_end_of_a_bearer_token_is_the_end_of_what_it_opened(bool? option, bool ends)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestApp app = await StartWithBearerAsync(fromQuery: false, time, http => http.ExpireWithAuthentication = option);
        string token = Tokens.Create("ann", token => token.Expires = time.GetUtcNow().UtcDateTime.AddSeconds(20));
        await using RawWebSocket socket = await JoinAsync(app, $"Authorization: Bearer {token}\r\n");
        JwtAuthenticationTests.Pass(time, 20.2);
        await socket.SendTextAsync("40/late,");
        if (ends)
        {
            var lines = new List<string> { await socket.ReadTextAsync(), await socket.ReadTextAsync() };
            Assert.Contains(lines, static line => line.StartsWith("42[\"$rt:auth\",{\"state\":\"expiring\"", StringComparison.Ordinal));
            Assert.Contains("44/late,{\"message\":\"Authentication failed\",\"data\":{\"code\":\"token_expired\"}}", lines);
            await JwtAuthenticationTests.ReadUntilAsync(socket, time, "41");
        }
        else
        {
            Assert.StartsWith("40/late,{\"sid\"", await socket.ReadTextAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(true, true)]
    public async Task The_end_of_a_session_is_that_of_its_connection_only_when_asked_for(bool? option, bool ends)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestApp app = await StartWithCookiesAsync(time: time, http: http => http.ExpireWithAuthentication = option);
        using HttpClient http = app.CreateClient();
        await using RawWebSocket socket = await JoinAsync(app, $"Cookie: {await LogInAsync(http, "ann")}\r\n");
        JwtAuthenticationTests.Pass(time, 20.2);
        await socket.SendTextAsync("421[\"$rt:none\"]");
        Assert.StartsWith(ends ? "42[\"$rt:auth\",{\"state\":\"expiring\"" : "431[{\"error\":{\"code\":\"reserved_event\"", await socket.ReadTextAsync(), StringComparison.Ordinal);
    }

    private static Task<TestApp> StartWithCookiesAsync(bool requireAuthorization = true, TimeProvider? time = null, Action<RealtimeHttpOptions>? http = null) => TestApp.StartAsync(
        Wire.Plain,
        services =>
        {
            services.AddSingleton(time ?? TimeProvider.System);
            services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(static options =>
            {
                options.ExpireTimeSpan = TimeSpan.FromSeconds(20);
                options.Events.OnRedirectToLogin = static context =>
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    return Task.CompletedTask;
                };
            });
            services.AddAuthorization();
            services.AddRealtime().ConfigureHttp(http ?? (static _ => { })).AddNamespace("/");
        },
        app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapPost("/login/{user}", static async (HttpContext context) =>
            {
                string user = (string)context.Request.RouteValues["user"]!;
                var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user), new Claim(ClaimTypes.Name, user)], "password");
                await context.SignInAsync(new ClaimsPrincipal(identity));
            });
            IEndpointConventionBuilder endpoint = app.MapRealtime();
            if (requireAuthorization)
            {
                endpoint.RequireAuthorization();
            }
        });

    private static Task<TestApp> StartWithBearerAsync(bool fromQuery, TimeProvider? time = null, Action<RealtimeHttpOptions>? http = null) => TestApp.StartAsync(
        Wire.Plain,
        services =>
        {
            services.AddSingleton(time ?? TimeProvider.System);
            services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
            {
                options.TokenValidationParameters = Tokens.Parameters;
                if (fromQuery)
                {
                    options.Events = new JwtBearerEvents
                    {
                        OnMessageReceived = static context =>
                        {
                            context.Token = context.HttpContext.ReadAccessTokenFromQuery();
                            return Task.CompletedTask;
                        },
                    };
                }
            });
            services.AddAuthorization();
            services.AddRealtime().ConfigureHttp(http ?? (static _ => { })).AddNamespace("/").AddNamespace("/late");
        },
        static app =>
        {
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/other", static () => "no").RequireAuthorization();
            app.MapRealtime().RequireAuthorization();
        });

    private static async Task<string> LogInAsync(HttpClient http, string user)
    {
        using HttpResponseMessage response = await http.SendAsync($"/login/{user}", "POST");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return response.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private static async Task<string> OpenPollingAsync(HttpClient http, string cookie)
    {
        using HttpResponseMessage opened = await http.SendAsync(Client.Polling, "GET", null, ("Cookie", cookie));
        string body = await opened.Content.ReadAsStringAsync();
        using var open = System.Text.Json.JsonDocument.Parse(body.Split('\x1e')[0][1..]);
        return $"{Client.Polling}&sid={open.RootElement.GetProperty("sid").GetString()}";
    }

    private static async Task<RawWebSocket> JoinAsync(TestApp app, string headers)
    {
        RawWebSocket socket = await RawWebSocket.BeginAsync(app.Port, tls: false, Client.WebSocket, headers: headers);
        Assert.Equal(101, Client.StatusOf(await socket.ReadResponseAsync()));
        Assert.StartsWith("0{", await socket.ReadTextAsync(), StringComparison.Ordinal);
        await socket.SendTextAsync("40");
        Assert.StartsWith("40{", await socket.ReadTextAsync(), StringComparison.Ordinal);
        return socket;
    }
}
