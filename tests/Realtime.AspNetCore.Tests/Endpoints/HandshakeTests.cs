using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Endpoints;
using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.Endpoints;

/// <summary>What is asked of a client before it gets a connection, and what it is told with the answer.</summary>
public sealed class HandshakeTests
{
    [Theory]
    [InlineData("", 101)]
    [InlineData("Origin: http://127.0.0.1:{port}\r\n", 101)]
    [InlineData("Origin: https://127.0.0.1:{port}\r\n", 101)]
    [InlineData("Origin: https://good.example\r\n", 101)]
    [InlineData("Origin: HTTPS://GOOD.example\r\n", 101)]
    [InlineData("Origin: https://policy.example\r\n", 101)]
    [InlineData("Origin: http://good.example\r\n", 400)]
    [InlineData("Origin: https://good.example:444\r\n", 400)]
    [InlineData("Origin: https://good.example.evil.example\r\n", 400)]
    [InlineData("Origin: https://evil.example\r\n", 400)]
    [InlineData("Origin: http://127.0.0.1\r\n", 400)]
    [InlineData("Origin: null\r\n", 400)]
    [InlineData("Origin: https://\r\n", 400)]
    public async Task A_page_may_open_a_WebSocket_only_from_an_origin_that_is_allowed(string header, int status)
    {
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            static services =>
            {
                services.AddRealtime().AddNamespace("/").ConfigureHttp(static options => options.AllowedOrigins.Add("https://good.example"));
                services.AddCors(static options => options.AddPolicy("pages", static policy => policy.WithOrigins("https://policy.example")));
            },
            static app =>
            {
                app.UseRouting();
                app.UseCors();
                app.MapRealtime().RequireCors("pages");
            });
        string response = await Client.HandshakeAsync(app, header.Replace("{port}", $"{app.Port}", StringComparison.Ordinal));
        Assert.Equal(status, Client.StatusOf(response));
    }

    [Fact]
    public async Task Without_a_list_or_policy_only_the_own_origin_is_allowed_and_a_star_allows_all()
    {
        await using TestApp closed = await StartAsync(Wire.Plain, static _ => { });
        Assert.Equal(400, Client.StatusOf(await Client.HandshakeAsync(closed, "Origin: https://page.example\r\n")));
        await using TestApp open = await StartAsync(Wire.Plain, static options => options.AllowedOrigins.Add("*"));
        Assert.Equal(101, Client.StatusOf(await Client.HandshakeAsync(open, "Origin: https://page.example\r\n")));
    }

    [Fact]
    public async Task A_page_without_TLS_is_not_the_own_origin_of_a_server_with_TLS()
    {
        await using TestApp app = await StartAsync(Wire.Tls, static _ => { });
        Assert.Equal(101, Client.StatusOf(await Client.HandshakeAsync(app, $"Origin: https://127.0.0.1:{app.Port}\r\n")));
        Assert.Equal(400, Client.StatusOf(await Client.HandshakeAsync(app, $"Origin: http://127.0.0.1:{app.Port}\r\n")));
    }

    [Theory]
    [InlineData("Production", null, nameof(Wire.Plain), "", 403)]
    [InlineData("Production", null, nameof(Wire.Plain), "https", 200)]
    [InlineData("Production", null, nameof(Wire.Tls), "", 200)]
    [InlineData("Production", false, nameof(Wire.Plain), "", 200)]
    [InlineData("Development", null, nameof(Wire.Plain), "", 200)]
    [InlineData("Development", true, nameof(Wire.Plain), "", 403)]
    [InlineData("Staging", null, nameof(Wire.Plain), "", 200)]
    public async Task TLS_is_required_in_production(string environment, bool? required, string wire, string forwarded, int status)
    {
        await using TestApp app = await TestApp.StartAsync(
            Enum.Parse<Wire>(wire),
            services => services.AddRealtime().AddNamespace("/").ConfigureHttp(options => options.RequireTls = required),
            static app =>
            {
                app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto });
                app.UseRouting();
                app.MapRealtime();
            },
            environment);
        using HttpClient http = app.CreateClient();
        using HttpResponseMessage response = await http.SendAsync(Client.Polling, headers: ("X-Forwarded-Proto", forwarded));
        Assert.Equal(status, (int)response.StatusCode);
        string socket = await Client.HandshakeAsync(app, forwarded.Length > 0 ? $"X-Forwarded-Proto: {forwarded}\r\n" : "");
        Assert.Equal(status == 200 ? 101 : 400, Client.StatusOf(socket));
    }

    [Fact]
    public async Task A_hook_may_refuse_a_handshake_and_is_not_asked_again_afterwards()
    {
        int asked = 0;
        await using TestApp app = await StartAsync(Wire.Plain, options => options.AllowRequest = context =>
        {
            asked++;
            return new ValueTask<string?>(context.Request.Headers["X-Key"] == "right" ? null : "no \"key\"");
        });
        using HttpClient http = app.CreateClient();

        using HttpResponseMessage refused = await http.SendAsync(Client.Polling);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("""{"code":4,"message":"no \u0022key\u0022"}""", await refused.Content.ReadAsStringAsync());
        Assert.Equal(400, Client.StatusOf(await Client.HandshakeAsync(app)));
        Assert.Equal(101, Client.StatusOf(await Client.HandshakeAsync(app, "X-Key: right\r\n")));
        using HttpResponseMessage accepted = await http.SendAsync(Client.Polling, headers: ("X-Key", "right"));
        string target = Client.Polling + "&sid=" + (await accepted.Content.ReadAsStringAsync()).Split('"')[3];
        int before = asked;
        using HttpResponseMessage later = await http.SendAsync(target, "POST", "40");
        Assert.Equal("ok", await later.Content.ReadAsStringAsync());
        Assert.Equal(before, asked);
    }

    [Fact]
    public async Task Ids_can_be_made_by_the_application_and_one_that_is_in_use_is_a_bad_request()
    {
        await using TestApp app = await StartAsync(Wire.Plain, static options => options.GenerateId = static _ => new ValueTask<string>("my-id"));
        using HttpClient http = app.CreateClient();
        string first = await http.OpenAsync();
        Assert.EndsWith("&sid=my-id", first, StringComparison.Ordinal);

        using HttpResponseMessage refused = await http.SendAsync(Client.Polling);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("""{"code":3,"message":"Bad request"}""", await refused.Content.ReadAsStringAsync());
        Assert.Equal(400, Client.StatusOf(await Client.HandshakeAsync(app)));
        using HttpResponseMessage unharmed = await http.SendAsync(first, "POST", "40");
        Assert.Equal("ok", await unharmed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Hooks_for_headers_come_in_order_and_the_first_only_once_for_a_connection()
    {
        List<string> calls = [];
        await using TestApp app = await StartAsync(Wire.Plain, options =>
        {
            options.OnInitialHeaders = context =>
            {
                calls.Add("initial");
                context.Response.Headers["X-Initial"] = "1";
            };
            options.OnHeaders = context =>
            {
                calls.Add("every");
                context.Response.Headers["X-Every"] = "1";
            };
        });
        using HttpClient http = app.CreateClient();

        using HttpResponseMessage opened = await http.SendAsync(Client.Polling);
        Assert.True(opened.Headers.Contains("X-Initial") && opened.Headers.Contains("X-Every"));
        string target = Client.Polling + "&sid=" + (await opened.Content.ReadAsStringAsync()).Split('"')[3];
        using HttpResponseMessage later = await http.SendAsync(target, "POST", "40");
        Assert.False(later.Headers.Contains("X-Initial"));
        Assert.True(later.Headers.Contains("X-Every"));
        using HttpResponseMessage wrong = await http.SendAsync(Client.Polling + "&sid=none");
        Assert.True(wrong.Headers.Contains("X-Every"));
        Assert.Equal(["initial", "every", "every", "every"], calls);
        calls.Clear();
        string socket = await Client.HandshakeAsync(app);
        Assert.Contains("X-Initial: 1", socket, StringComparison.Ordinal);
        Assert.Contains("X-Every: 1", socket, StringComparison.Ordinal);
        Assert.Equal(["initial", "every"], calls);
    }

    [Fact]
    public async Task The_cookie_for_proxies_stands_on_the_answer_to_a_polling_handshake_only()
    {
        await using TestApp app = await StartAsync(
            Wire.Plain, static options => options.AffinityCookie = new CookieBuilder { Name = "io", HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/" });
        using HttpClient http = app.CreateClient();

        using HttpResponseMessage opened = await http.SendAsync(Client.Polling);
        string id = (await opened.Content.ReadAsStringAsync()).Split('"')[3];
        Assert.Equal($"io={id}; Path=/; HttpOnly; SameSite=Lax", opened.Headers.GetValues("Set-Cookie").Single());
        using HttpResponseMessage later = await http.SendAsync($"{Client.Polling}&sid={id}", "POST", "40");
        Assert.False(later.Headers.Contains("Set-Cookie"));
        using HttpResponseMessage wrong = await http.SendAsync(Client.Polling + "&sid=none");
        Assert.False(wrong.Headers.Contains("Set-Cookie"));
        Assert.DoesNotContain("Set-Cookie", await Client.HandshakeAsync(app), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_request_of_a_WebSocket_can_be_read_after_it_has_ended()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            services => services.AddRealtime().AddNamespace("/", space => space.OnDisconnected(async (socket, _) =>
            {
                await go.Task;
                try
                {
                    read.SetResult($"{socket.Handshake.Query["x"]} {socket.Handshake.Headers["upgrade"]} {socket.Handshake.Find<HttpContext>() is null}");
                }
                catch (Exception failure)
                {
                    read.SetException(failure);
                }
            })),
            app =>
            {
                app.Use(async (context, next) =>
                {
                    await next(context);
                    context.Response.OnCompleted(() =>
                    {
                        go.TrySetResult();
                        return Task.CompletedTask;
                    });
                });
                app.UseRouting();
                app.MapRealtime();
            });
        await using (RawWebSocket socket = await Client.JoinAsync(app, Client.WebSocket + "&x=1"))
        {
            await socket.WriteAsync(ClientFrames.Close(1000));
            await socket.ReadToEndAsync();
        }

        Assert.Equal("1 websocket True", await read.Task.Within());
    }

    private static Task<TestApp> StartAsync(Wire wire, Action<RealtimeHttpOptions> http) =>
        TestApp.StartAsync(wire, services => services.AddRealtime().AddNamespace("/").ConfigureHttp(http), static app => app.MapRealtime());
}
