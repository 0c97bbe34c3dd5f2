using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.Endpoints;

/// <summary>An endpoint like any other: authorization, CORS, hosts, groups, prefixes.</summary>
public sealed class ConventionTests
{
    private const string Page = "https://page.example";

    [Theory]
    [InlineData(nameof(Wire.Plain))]
    [InlineData(nameof(Wire.Memory))]
    public async Task Who_is_not_authorized_is_refused_before_anything_is_opened(string wire)
    {
        int asked = 0;
        await using TestApp app = await TestApp.StartAsync(
            Enum.Parse<Wire>(wire),
            services =>
            {
                services.AddRealtime().AddNamespace("/").ConfigureHttp(options => options.AllowRequest = _ =>
                {
                    asked++;
                    return new ValueTask<string?>((string?)null);
                });
                services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestScheme>("test", null);
                services.AddAuthorization();
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapRealtime().RequireAuthorization();
            });
        using HttpClient http = app.CreateClient();

        using HttpResponseMessage refused = await http.SendAsync(Client.Polling);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(0, asked);
        if (app.Wire == Wire.Plain)
        {
            Assert.Equal(401, Client.StatusOf(await Client.HandshakeAsync(app)));
            Assert.Equal(101, Client.StatusOf(await Client.HandshakeAsync(app, "X-User: ann\r\n")));
        }

        using HttpResponseMessage accepted = await http.SendAsync(Client.Polling, headers: ("X-User", "ann"));
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    [Fact]
    public async Task Handlers_see_the_user_who_was_authorized()
    {
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            services =>
            {
                services.AddRealtime().AddNamespace("/", space => space.OnConnected(socket =>
                {
                    seen.TrySetResult(socket.Handshake.User.Identity?.Name);
                    return default;
                }));
                services.AddAuthentication("test").AddScheme<AuthenticationSchemeOptions, TestScheme>("test", null);
                services.AddAuthorization();
            },
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapRealtime().RequireAuthorization();
            });
        await using RawWebSocket socket = await RawWebSocket.BeginAsync(app.Port, tls: false, Client.WebSocket, headers: "X-User: ann\r\n");
        await socket.ReadResponseAsync();
        await socket.ReadTextAsync();
        await socket.SendTextAsync("40");
        Assert.Equal("ann", await seen.Task.Within());
    }

    [Fact]
    public async Task CORS_headers_stand_on_answers_on_errors_and_on_preflights()
    {
        await using TestApp app = await StartAsync(
            services => services.AddCors(options => options.AddPolicy("pages", policy => policy.WithOrigins(Page).AllowCredentials().WithHeaders("x-custom"))),
            static app =>
            {
                app.UseRouting();
                app.UseCors();
                app.MapRealtime().RequireCors("pages");
            });
        using HttpClient http = app.CreateClient();

        using HttpResponseMessage opened = await http.SendAsync(Client.Polling, headers: ("Origin", Page));
        AssertCors(opened, HttpStatusCode.OK);
        using HttpResponseMessage unknown = await http.SendAsync(Client.Polling + "&sid=unknown", headers: ("Origin", Page));
        AssertCors(unknown, HttpStatusCode.BadRequest);
        using HttpResponseMessage preflight = await http.SendAsync(
            Client.Polling, "OPTIONS", null, ("Origin", Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "x-custom"));
        AssertCors(preflight, HttpStatusCode.NoContent);
        using HttpResponseMessage foreign = await http.SendAsync(Client.Polling, headers: ("Origin", "https://evil.example"));
        Assert.False(foreign.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_host_can_be_required()
    {
        await using TestApp app = await StartAsync(static _ => { }, static app => app.MapRealtime().RequireHost("api.example"));
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage other = await http.SendAsync(Client.Polling);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        using HttpResponseMessage right = await http.SendAsync(Client.Polling, headers: ("Host", "api.example"));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Theory]
    [InlineData("/socket.io/", true, "/socket.io/", 200)]
    [InlineData("/socket.io/", true, "/socket.io", 404)]
    [InlineData("/socket.io/", true, "/socket.io/any/thing", 200)]
    [InlineData("/socket.io/", true, "/socket.iox/", 404)]
    [InlineData("/socket.io/", false, "/socket.io", 200)]
    [InlineData("/socket.io/", false, "/socket.io/", 200)]
    [InlineData("/socket.io", true, "/socket.io/", 200)]
    [InlineData("/a/b/", true, "/a/b/", 200)]
    [InlineData("/a/b/", true, "/socket.io/", 404)]
    [InlineData("/", true, "/", 200)]
    public async Task A_path_is_found_as_clients_write_it(string pattern, bool slash, string path, int status)
    {
        await using TestApp app = await StartAsync(static _ => { }, app => app.MapRealtime(pattern), options => options.RequireTrailingSlash = slash);
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage response = await http.SendAsync($"{path}?EIO=4&transport=polling");
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Groups_prefixes_and_two_servers_stand_side_by_side()
    {
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            static services =>
            {
                services.AddRealtime().AddNamespace("/");
                services.AddRealtime("second", static options => options.Connections.MaxMessageBytes = 1234).AddNamespace("/");
            },
            static app =>
            {
                app.UsePathBase("/base");
                app.UseRouting();
                app.MapGroup("/api/{tenant}").MapRealtime("/socket.io/");
                app.MapRealtime("/second/", "second");
            });
        using HttpClient http = app.CreateClient();

        string first = await http.OpenAsync("/api/a/socket.io/?EIO=4&transport=polling");
        using HttpResponseMessage second = await http.SendAsync("/base/second/?EIO=4&transport=polling");
        Assert.Contains("\"maxPayload\":1234", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // A connection of one server is unknown to the other.
        using HttpResponseMessage wrong = await http.SendAsync("/second/?" + first.Split('?')[1]);
        Assert.Contains("Session ID unknown", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage right = await http.SendAsync(first, "POST", "40");
        Assert.Equal("ok", await right.Content.ReadAsStringAsync());
    }

    private static void AssertCors(HttpResponseMessage response, HttpStatusCode status)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(Page, response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", response.Headers.GetValues("Access-Control-Allow-Credentials").Single());
    }

    private static Task<TestApp> StartAsync(Action<IServiceCollection> services, Action<WebApplication> map, Action<Realtime.AspNetCore.Endpoints.RealtimeHttpOptions>? http = null) =>
        TestApp.StartAsync(
            Wire.Plain,
            collection =>
            {
                collection.AddRealtime().AddNamespace("/").ConfigureHttp(http ?? (static _ => { }));
                services(collection);
            },
            map);

    private sealed class TestScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string user = Request.Headers["X-User"].ToString();
            return Task.FromResult(user.Length == 0
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], "test")), "test")));
        }
    }
}
